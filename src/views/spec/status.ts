// The status line: how far the attribution is, how good, and what can be done about it.

import type { StoryStatus } from '../../story/data';
import type { StoryDocument } from '../../story/document';
import { duration, plusMinus } from './format';
import type { Shown } from './shown';

export type StatusAction = 'stop' | 'refine' | 'row' | 'exact' | 'sampled' | 'details';

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
  row: 'This row exact',
  exact: 'Make exact',
  sampled: 'Try sampled',
  details: 'Details'
};

/** @param rowEstimated whether the row that is read is an estimate, and could be made exact alone */
export function statusOf(document: StoryDocument, status: StoryStatus, rowEstimated = false): StatusLine {
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
      const row: readonly StatusAction[] = rowEstimated ? ['row'] : [];
      if (status.running) {
        return line('busy', `${estimate} Refining …`, ['stop', ...row]);
      }
      return line('idle', `${estimate} ${whyStopped(status)}`, ['refine', ...row, 'exact']);
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
  if (shown.maps?.attribution || (shown.maps === null && shown.document.method.samples > 0)) {
    return 'here';
  }
  return shown.status.running && shown.status.state !== 'failed' ? 'waiting' : 'missing';
}

/** What stands in the place of grid and curve, and of the maps of attribution and difference; null: they are there. */
export interface Placeholders {
  readonly overview: string | null;
  /** In the place of all three maps while `Shown.maps` is null, or the text is empty. */
  readonly maps: string | null;
}

export function placeholders(shown: Shown): Placeholders {
  const { overview, maps, empty } = shown;
  if (empty) {
    return { overview: 'no tokens to compare', maps: 'nothing to show' };
  }
  return {
    overview: overview === null ? instead(shown) : null,
    maps: maps?.attribution ? null : maps === null ? loading(shown) : coming(shown)
  };
}

function instead(shown: Shown): string {
  switch (attributionState(shown)) {
    case 'here':
      return shown.status.saved ? 'this measure was not saved' : 'computing …';
    case 'waiting':
      return 'mismatch follows attribution';
    case 'missing':
      return 'needs attribution';
  }
}

function loading({ status }: Shown): string {
  if (status.state === 'pending') {
    return 'computing attention …';
  }
  return status.saved ? 'the maps of this head were not saved' : 'loading this head …';
}

function coming(shown: Shown): string {
  const { secondsLeft } = shown.status;
  if (attributionState(shown) === 'missing') {
    return 'no attribution';
  }
  return secondsLeft === null
    ? 'first estimate soon'
    : `first estimate in about ${Math.max(1, Math.round(secondsLeft))} s`;
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
  switch (status.state) {
    case 'exact':
      return `exact${reductionOf(document)}`;
    case 'sampled':
      return `estimated from ${directions(status)}${cells(status)}${reductionOf(document)}`;
    case 'pending':
    case 'attention':
    case 'failed':
      return `attention alone${reductionOf(document)}`;
  }
}

const FORM_NAMES = {
  '16 bit': '16 bit',
  '8 bit': '8 bit',
  heads: 'one head a layer',
  summaries: 'without maps'
} as const;

/** How the arrays were made smaller, and by how much that moves a cell. */
function reductionOf({ reduced }: StoryDocument): string {
  if (reduced === undefined) {
    return '';
  }
  const moved = reduced.cell_error > 0 ? `, cells ${plusMinus(reduced.cell_error)}` : '';
  return `, ${FORM_NAMES[reduced.form]}${moved}`;
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
