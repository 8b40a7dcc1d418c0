// How a story saved in a notebook is shown: by its live widget where that exists, else from what was saved.

import type { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, Widget } from '@lumino/widgets';

import { errorData } from '../core/errors';
import { readCarrier, type Carrier } from '../story/carrier';
import type { LiveModels } from './models';

export const MIME_TYPE = 'application/vnd.bertstory.v1+json';

/** Before the widgets' own renderer: that one shows nothing, or for ever "Loading", where the kernel is gone. */
export const RENDERER_RANK = -20;

export function rendererFactory(models: LiveModels): IRenderMime.IRendererFactory {
  return {
    // Text enters the page as text only, nothing is fetched and nothing of the notebook is run.
    safe: true,
    mimeTypes: [MIME_TYPE],
    createRenderer: () => new StoryRenderer(models)
  };
}

/** Shows one output. Live and saved take turns as kernels come and go. */
export class StoryRenderer extends Panel implements IRenderMime.IRenderer {
  constructor(models: LiveModels) {
    super();
    this._models = models;
    this.addClass('bertstory-output');
    models.changed.connect(this._onModelChanged, this);
  }

  /** May be called again with new data: a live view stays, saved data are drawn anew. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._data = model.data[MIME_TYPE];
    await this._show();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._models.changed.disconnect(this._onModelChanged, this);
    this._leave();
    super.dispose();
  }

  private _onModelChanged(_models: LiveModels, id: string): void {
    if (id === this._output?.widget) {
      void this._show();
    }
  }

  private async _show(): Promise<void> {
    // Only the latest call may touch the page: reading and loading take a while.
    const turn = ++this._turn;
    const current = () => turn === this._turn && !this.isDisposed;
    try {
      const output = readCarrier(this._data);
      this._output = output;
      const live = output.widget === null ? null : this._models.get(output.widget);
      if (live) {
        await this._showLive(live, current);
      } else {
        await this._showSaved(output, current);
      }
    } catch (error) {
      if (current()) {
        this._leave();
        this._say(`${errorData(error).message}. ${errorData(error).hint}.`);
      }
    }
  }

  private async _showLive(model: DOMWidgetModel, current: () => boolean): Promise<void> {
    if (this._live === model) {
      return;
    }
    const view = (await model.widget_manager.create_view(model)) as DOMWidgetView;
    if (!current()) {
      view.remove();
      return;
    }
    this._leave();
    this._live = model;
    this.addWidget(view.luminoWidget);
  }

  private async _showSaved(output: Carrier, current: () => boolean): Promise<void> {
    if (output.story === null) {
      this._leave();
      this._say('This story was not computed to an end before the notebook was saved. Run the cell again.');
      return;
    }
    const { mountSaved } = await import('../views/saved');
    if (!current()) {
      return;
    }
    this._leave();
    const host = new Widget();
    this.addWidget(host);
    this._lifetime = new AbortController();
    mountSaved(host.node, output.story, output.view, this._lifetime.signal);
  }

  private _say(sentence: string): void {
    const line = new Widget();
    line.addClass('bertstory-notice');
    line.node.textContent = sentence;
    this.addWidget(line);
  }

  private _leave(): void {
    this._lifetime?.abort();
    this._lifetime = null;
    this._live = null;
    for (const widget of [...this.widgets]) {
      widget.dispose();
    }
  }

  private readonly _models: LiveModels;
  private _data: unknown = null;
  private _output: Carrier | null = null;
  private _live: DOMWidgetModel | null = null;
  private _lifetime: AbortController | null = null;
  private _turn = 0;
}
