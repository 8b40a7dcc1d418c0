// The status line: how far the attribution is, how good, and what can be done about it.

import type { StoryStatus } from '../../story/data';
import type { StoryDocument } from '../../story/document';
import { duration, plusMinus } from './format';
import type { Shown } from './shown';

export type StatusAction = 'stop' | 'refine' | 'exact' | 'sampled' | 'details';

export interface StatusLine {
  readonly tone: 'good' | 'busy' | 'idle' | 'failed';
  readonly text: string;
  /** After the text, of less weight: time, norm, what was differentiated. */
  readonly note: string;
  readonly actions: readonly StatusAction[];
  /** Share of the directions done, for the bar; null: no bar. */
  readonly progress: number | null;
}

export const ACTION_LABELS: Readonly<Record<StatusAction, string>> = {
  stop: 'Stop',
  refine: 'Refine',
  exact: 'Make exact',
  sampled: 'Try sampled',
  details: 'Details'
};

export function statusOf(document: StoryDocument, status: StoryStatus): StatusLine {
  const line = (
    tone: StatusLine['tone'],
    text: string,
    actions: readonly StatusAction[] = []
  ): StatusLine => ({
    tone,
    text,
    note: '',
    actions,
    progress: status.running && status.total > 0 ? status.done / status.total : null
  });
  if (status.saved) {
    return line('idle', `No kernel: showing what was saved (${savedAs(document, status)}).`);
  }
  switch (status.state) {
    case 'pending':
      return line('busy', 'Computing attention …', status.running ? ['stop'] : []);
    case 'attention':
      return status.running
        ? line('busy', `Attention ready. Attribution: ${directions(status)} …`, ['stop'])
        : line('idle', `Attention ready. Attribution: ${directions(status)}. Stopped.`, ['refine', 'exact']);
    case 'sampled': {
      const estimate = `Attribution estimated from ${directions(status)}${cells(status)}.`;
      if (status.running) {
        return line('busy', `${estimate} Refining …`, ['stop']);
      }
      return line('idle', `${estimate} ${whyStopped(status)}`, ['refine', 'exact']);
    }
    case 'exact':
      return { ...line('good', 'Attribution exact'), note: methodNote(document) };
    case 'failed': {
      const failure = status.failure?.message ?? 'no reason was given';
      return line('failed', `Attribution failed: ${sentence(failure)} Attention is shown.`, [
        'sampled',
        'details'
      ]);
    }
  }
}

/** Whether attribution is there, on its way, or will not come. */
export function attributionState(shown: Shown): 'here' | 'waiting' | 'missing' {
  if (shown.maps?.attribution) {
    return 'here';
  }
  return shown.status.running && shown.status.state !== 'failed' ? 'waiting' : 'missing';
}

/** What stands in the place of grid and curve, and of the maps of attribution and difference; null: they are there. */
export function placeholders(shown: Shown): {
  readonly overview: string | null;
  readonly maps: string | null;
} {
  const { status, overview, maps } = shown;
  const state = attributionState(shown);
  if (maps === null) {
    const elsewhere = status.saved ? 'the maps of this head were not saved' : 'loading this head …';
    return { overview: overview ? null : 'needs attribution', maps: elsewhere };
  }
  if (state === 'here') {
    return {
      overview: overview ? null : status.saved ? 'this measure was not saved' : 'computing …',
      maps: null
    };
  }
  if (state === 'missing') {
    return { overview: overview ? null : 'needs attribution', maps: 'no attribution' };
  }
  const seconds = status.secondsLeft;
  return {
    overview: overview ? null : 'mismatch follows attribution',
    maps:
      seconds === null
        ? 'first estimate soon'
        : `first estimate in about ${Math.max(1, Math.round(seconds))} s`
  };
}

function directions(status: StoryStatus): string {
  return `${Math.floor(status.done)} of ${status.total} directions`;
}

function cells(status: StoryStatus): string {
  return status.error === null ? '' : `, cells ${plusMinus(status.error)}`;
}

function whyStopped(status: StoryStatus): string {
  switch (status.reason) {
    case 'paused':
      return status.secondsLeft === null
        ? 'Paused before a long wait.'
        : `Paused: exact takes about ${duration(status.secondsLeft)}.`;
    case 'error':
      return 'As good as asked for.';
    case 'samples':
      return 'As many as asked for.';
    case 'cancelled':
    case 'exact':
    case null:
      return 'Stopped.';
  }
}

function savedAs(document: StoryDocument, status: StoryStatus): string {
  const form = document.reduced;
  const error = form && form.cell_error > 0 ? `, cells ${plusMinus(form.cell_error)}` : '';
  switch (status.state) {
    case 'exact':
      return `exact${form ? `, ${form.form}` : ''}${error}`;
    case 'sampled':
      return `estimated from ${directions(status)}${cells(status)}${form ? `, ${form.form}` : ''}`;
    case 'pending':
    case 'attention':
    case 'failed':
      return 'attention alone';
  }
}

const NORM_NAMES = { frobenius: 'Frobenius', sum: 'gradient of the sum', input: 'along the input' } as const;
const TARGET_NAMES = { head: 'head output', projected: 'projected head output' } as const;

function methodNote(document: StoryDocument): string {
  const { norm, target, source } = document.method;
  const seconds = document.timing['attribution'];
  const time = seconds === undefined ? [] : [duration(seconds)];
  return [...time, NORM_NAMES[norm], `${TARGET_NAMES[target]} → ${source}`].join(' · ');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The whole line as it is read: text and note. */
export function statusText(line: StatusLine): string {
  return line.note ? `${line.text} · ${line.note}` : line.text;
}
