// The harness page: one view on a story, without JupyterLab. Options come from the address; `window.harness` drives it.

import { createViewStore, type ViewStore } from '../../../src/views/store';
import { mount } from '../../../src/views/mount';
import { readState } from '../../../src/views/spec/read-state';
import { createPlayer, type Player, type Step } from './source';
import { loadStory } from './stories';

interface Harness extends Player {
  readonly store: ViewStore;
  readonly saved: { name: string; size: number; type: string; text: string }[];
  dispose(): void;
  /** Mounts and disposes this many views, one after the other, each painted once. */
  churn(count: number): Promise<void>;
  width(pixels: number): void;
  theme(name: 'light' | 'dark'): void;
}

const options = new URLSearchParams(location.search);
const option = (name: string, otherwise: string) => options.get(name) ?? otherwise;
const host = document.querySelector<HTMLElement>('#host');
const input = document.querySelector('.input');

async function start(target: HTMLElement): Promise<Harness> {
  const width = (pixels: number) => {
    target.style.width = `${pixels}px`;
  };
  const theme = (name: string) => document.body.classList.toggle('dark', name === 'dark');
  width(Number(option('w', '900')));
  theme(option('theme', 'light'));
  const font = options.get('font');
  if (font !== null) {
    document.body.style.setProperty('--jp-ui-font-family', font);
  }
  const atlas = await loadStory(option('story', 'keys'));
  const { text } = atlas.document;
  const room = Math.floor(Number(option('w', '900')) / 9) - 26;
  if (input !== null) {
    input.textContent = `story = model.tell("${text.length > room ? `${text.slice(0, room)}…` : text}")\nstory`;
  }
  const player = createPlayer(atlas, option('step', 'exact') as Step, {
    sparse: options.has('sparse'),
    delay: Number(option('delay', '30'))
  });
  const store = createViewStore(readState(JSON.parse(option('state', '{}')), atlas.document));
  const saved: Harness['saved'] = [];
  const mountOne = (where: HTMLElement, signal: AbortSignal) =>
    mount({
      host: where,
      source: player.source,
      store,
      send: option('step', 'exact') === 'saved' ? null : intent => player.send(intent),
      signal,
      // There is no kernel here: what it would make is for the tests of the notebook.
      ...(option('step', 'exact') === 'saved'
        ? {}
        : { page: state => Promise.resolve(new Blob([JSON.stringify(state)], { type: 'text/html' })) }),
      download: (file, name) => {
        const entry = { name, size: file.size, type: file.type, text: '' };
        saved.push(entry);
        void file.text().then(text => (entry.text = text));
      }
    });
  const controller = new AbortController();
  const dispose = mountOne(target, controller.signal);
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  return {
    ...player,
    store,
    saved,
    dispose,
    width,
    theme,
    async churn(count) {
      for (let i = 0; i < count; i++) {
        const where = document.createElement('div');
        where.style.width = '900px';
        document.body.append(where);
        const life = new AbortController();
        const end = mountOne(where, life.signal);
        await frame();
        await frame();
        if (i % 2 === 0) {
          end();
        }
        life.abort();
        where.remove();
      }
    }
  };
}

if (host !== null) {
  start(host).then(
    harness => {
      Object.assign(window, { harness });
      document.body.dataset['ready'] = '1';
    },
    (error: unknown) => {
      console.error(error);
      document.body.dataset['ready'] = 'failed';
    }
  );
}
