// The status line: how far the attribution is, how good, and what can be done about it.

import { DEFAULT_ERROR } from '../core/limits';
import type { Intent } from '../story/data';
import { createButton, type Button } from './controls';
import { setAttribute, setText } from './dom';
import type { Part, Scene, Stage } from './part';
import type { Shown } from './spec/shown';
import { ACTION_LABELS, statusOf, type StatusAction } from './spec/status';

/** `Refine` asks for an error this many times smaller. */
const REFINE_BY = 2;

export function createStatus(stage: Stage): Part {
  const { create } = stage;
  const lamp = create('i', { className: 'bs-lamp', attributes: { 'aria-hidden': 'true' } });
  const text = create('span', { className: 'bs-status-text' });
  const note = create('span', { className: 'bs-note' });
  const actions = create('span', { className: 'bs-actions' });
  const bar = create('span', { className: 'bs-progress', attributes: { 'aria-hidden': 'true' } });
  const details = create('p', { className: 'bs-details' });
  const line = create('div', { className: 'bs-status-line' }, lamp, text, note, actions, bar);
  const element = create('footer', { className: 'bs-status' }, line, details);
  details.hidden = true;

  const buttons = new Map<StatusAction, Button>();
  const act = (action: StatusAction) => {
    const scene = stage.scene();
    if (action === 'details') {
      details.hidden = !details.hidden;
      setAttribute(button('details').element, 'aria-expanded', String(!details.hidden));
    } else if (scene !== null) {
      const intent = intentOf(action, scene.shown);
      if (intent !== null) {
        stage.send?.(intent);
      }
    }
  };
  const button = (action: StatusAction): Button => {
    const known = buttons.get(action);
    if (known !== undefined) {
      return known;
    }
    const made = createButton(stage, ACTION_LABELS[action], '', () => act(action));
    if (action === 'details') {
      setAttribute(made.element, 'aria-expanded', 'false');
    }
    buttons.set(action, made);
    return made;
  };

  return {
    element,
    paint({ shown }: Scene) {
      const { status } = shown;
      const now = statusOf(shown.document, status, shown.estimatedRow !== null);
      element.dataset['tone'] = now.tone;
      setText(text, now.text);
      setText(note, now.note);
      const offered = now.actions.filter(action => action === 'details' || stage.send !== null);
      const wanted = offered.map(action => button(action).element);
      if (
        wanted.length !== actions.childElementCount ||
        wanted.some((one, i) => one !== actions.children[i])
      ) {
        actions.replaceChildren(...wanted);
      }
      bar.hidden = now.progress === null;
      bar.style.setProperty('--bs-done', String(now.progress ?? 0));
      setText(details, status.failure?.hint ?? '');
      if (!now.actions.includes('details')) {
        details.hidden = true;
      }
    }
  };
}

/** @returns null: there is nothing (any more) that the action would change */
export function intentOf(
  action: Exclude<StatusAction, 'details'>,
  { status, estimatedRow }: Pick<Shown, 'status' | 'estimatedRow'>
): Intent | null {
  switch (action) {
    case 'stop':
      return { kind: 'cancel' };
    case 'row':
      return estimatedRow && { kind: 'row', ...estimatedRow };
    case 'exact':
      return { kind: 'refine', stop: { rule: 'exact' } };
    case 'sampled':
      return { kind: 'refine', stop: { rule: 'error', error: DEFAULT_ERROR } };
    case 'refine': {
      const error = status.error === null ? DEFAULT_ERROR : Math.min(DEFAULT_ERROR, status.error / REFINE_BY);
      return { kind: 'refine', stop: { rule: 'error', error } };
    }
  }
}
