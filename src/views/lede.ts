// The sentence on top, which is summary, heading and legend in one; and its quiet copy for screen readers.

import { setText } from './dom';
import type { Part, Scene, Stage } from './part';
import { ledeOf, ledeText, type Run } from './spec/lede';

/** Read out this long after the last selection. */
const READ_AFTER_MS = 400;

/** Names up to this length are not broken between lines. */
const WHOLE = 24;

const CLASSES: Readonly<Record<Run['role'], string>> = {
  plain: '',
  bold: 'bs-bold',
  attention: 'bs-attention',
  attribution: 'bs-attribution'
};

export function createLede(stage: Stage): Part {
  const element = stage.create('p', { className: 'bs-lede' });
  let drawn = '';
  return {
    element,
    paint({ shown }) {
      const runs = ledeOf(shown);
      const key = JSON.stringify(runs);
      if (key === drawn) {
        return;
      }
      drawn = key;
      element.replaceChildren(
        ...runs.map(run =>
          run.role === 'plain'
            ? element.ownerDocument.createTextNode(run.text)
            : // Isolated, so that a token from right to left leaves the order of the sentence alone.
              stage.create('bdi', {
                className: `${CLASSES[run.role]}${run.text.length > WHOLE ? '' : ' bs-whole'}`,
                text: run.text
              })
        )
      );
    }
  };
}

/** A polite live region: the sentence after a selection, and once that attribution is exact; never hover or progress. */
export function createAnnouncer(stage: Stage): Part {
  const element = stage.create('div', { className: 'bs-hidden', attributes: { role: 'status' } });
  let timer: number | null = null;
  let selection: string | null = null;
  let state: string | null = null;
  const say = (text: () => string) => {
    stop();
    timer = stage.window.setTimeout(() => setText(element, text()), READ_AFTER_MS);
  };
  const stop = () => {
    if (timer !== null) {
      stage.window.clearTimeout(timer);
      timer = null;
    }
  };
  stage.signal.addEventListener('abort', stop, { once: true });
  const sentence = (): string => {
    const scene = stage.scene();
    return scene === null || isPreview(scene) ? '' : ledeText(scene.shown);
  };
  return {
    element,
    paint({ shown, selection: selected, state: { pin, measure, switches } }) {
      const now = JSON.stringify([selected, pin, measure, switches]);
      if (selection !== null && now !== selection) {
        say(sentence);
      }
      selection = now;
      const { status } = shown;
      if (state !== null && state !== 'exact' && status.state === 'exact' && !status.saved) {
        say(() => `Attribution exact. ${sentence()}`);
      }
      state = status.state;
    }
  };
}

function isPreview({ hover }: Scene): boolean {
  return hover.head !== null || hover.query !== null;
}
