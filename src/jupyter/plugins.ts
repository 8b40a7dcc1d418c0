// The JupyterLab plugins: the live widget, and the renderer of stories saved in notebooks.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';

import { version } from '../../package.json';
import { LiveModels } from './models';
import { rendererFactory, RENDERER_RANK } from './mime';

/** Shared by the two plugins: the renderer shows the live widget where there is one. */
const models = new LiveModels();

export const widgetPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bertstory:widget',
  description: 'The linked view of attention and attribution, live with its kernel.',
  autoStart: true,
  requires: [IJupyterWidgetRegistry],
  activate: (_app: JupyterFrontEnd, registry: IJupyterWidgetRegistry) => {
    registry.registerWidget({
      name: 'bertstory',
      version,
      // Loaded when the first story is shown, not when JupyterLab starts.
      exports: async () => (await import('./widget')).widgetClasses(models)
    });
  }
};

export const rendererPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bertstory:renderer',
  description: 'Shows stories saved in notebooks, with or without a kernel.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry) => {
    registry.addFactory(rendererFactory(models), RENDERER_RANK);
  }
};
