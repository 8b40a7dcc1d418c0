// The live widget: one model per story of the kernel, any number of views on it.

import {
  DOMWidgetModel,
  DOMWidgetView,
  type IBackboneModelOptions,
  type WidgetModel,
  type WidgetView
} from '@jupyter-widgets/base';
import type { ObjectHash } from 'backbone';

import { version } from '../../package.json';
import { mount } from '../views/mount';
import { createViewStore, type ViewStore } from '../views/store';
import { DEFAULT_STATE, type ViewState } from '../views/spec/state';
import { LiveStory } from './live';
import type { LiveModels } from './models';

/** The classes that the widget manager makes, with the models' register bound in. */
export function widgetClasses(models: LiveModels): Record<string, typeof WidgetModel | typeof WidgetView> {
  return {
    StoryModel: class extends StoryModel {
      override initialize(attributes: ObjectHash, options: IBackboneModelOptions): void {
        super.initialize(attributes, options);
        models.add(this);
      }
    },
    StoryView
  };
}

/** Talks to no one before a view asks: models are also made from notebooks that nobody trusted yet. */
export class StoryModel extends DOMWidgetModel {
  override defaults(): ObjectHash {
    return {
      ...super.defaults(),
      _model_name: 'StoryModel',
      _model_module: 'bertstory',
      _model_module_version: version,
      _view_name: 'StoryView',
      _view_module: 'bertstory',
      _view_module_version: version,
      view: DEFAULT_STATE
    };
  }

  override initialize(attributes: ObjectHash, options: IBackboneModelOptions): void {
    super.initialize(attributes, options);
    this.lifetime = new AbortController();
    this.story = new LiveStory(
      (content, buffers) => this.send(content, undefined, buffers),
      this.lifetime.signal
    );
    this.on('msg:custom', (content: unknown, buffers: DataView[]) => this.story.receive(content, buffers));
    this.once('destroy', () => this.lifetime.abort());
    this.store = this._bindStore();
  }

  /** Keeps the synced trait `view` and the views' store in step; equal states come to rest. */
  private _bindStore(): ViewStore {
    const store = createViewStore(this.get('view') as ViewState);
    this.on('change:view', () => store.set(this.get('view') as ViewState));
    store.onChange(state => {
      if (this.get('view') !== state) {
        this.set('view', state);
        this.save_changes();
      }
    }, this.lifetime.signal);
    return store;
  }

  declare lifetime: AbortController;
  declare story: LiveStory;
  declare store: ViewStore;
}

export class StoryView extends DOMWidgetView {
  override render(): void {
    super.render();
    const { story, store } = this.model as StoryModel;
    const { signal } = this._lifetime;
    const show = () => {
      if (signal.aborted || mounted) {
        return;
      }
      if (story.empty) {
        const { failure } = story.status();
        this.el.textContent = failure ? `${failure.message}. ${failure.hint}.` : '';
        return;
      }
      mounted = true;
      this.el.textContent = '';
      mount({
        host: this.el,
        source: story,
        store,
        send: intent => story.send(intent),
        page: async state => new Blob([new Uint8Array(await story.page(state))], { type: 'text/html' }),
        signal
      });
    };
    let mounted = false;
    // A job that failed before there was anything may be followed by one that does not.
    story.onChange(show, signal);
    story.wake();
    show();
  }

  override remove(): void {
    this._lifetime.abort();
    super.remove();
  }

  private readonly _lifetime = new AbortController();
}
