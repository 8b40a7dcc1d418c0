// Which widget models are alive, so that the renderer can show the live view of a saved story.

import type { DOMWidgetModel } from '@jupyter-widgets/base';
import { Signal, type ISignal } from '@lumino/signaling';

export class LiveModels {
  /** Emits the id of a model that came to life or died. */
  get changed(): ISignal<LiveModels, string> {
    return this._changed;
  }

  /** The model, if its kernel side is alive. */
  get(id: string): DOMWidgetModel | null {
    const model = this._models.get(id);
    return model?.comm_live ? model : null;
  }

  /** Remembers a model until it is closed. */
  add(model: DOMWidgetModel): void {
    const id = model.model_id;
    this._models.set(id, model);
    const changed = () => this._changed.emit(id);
    model.on('comm_live_update', changed);
    // Backbone's event of a model that is closed.
    model.once('destroy comm:close', () => {
      if (this._models.get(id) === model) {
        this._models.delete(id);
      }
      changed();
    });
    changed();
  }

  private readonly _models = new Map<string, DOMWidgetModel>();
  private readonly _changed = new Signal<LiveModels, string>(this);
}
