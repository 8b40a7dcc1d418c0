// The JupyterLab plugins, nothing else.

import { rendererPlugin, widgetPlugin } from './jupyter/plugins';

export default [widgetPlugin, rendererPlugin];
