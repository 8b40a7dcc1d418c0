// The plain sentence on top: summary, heading and legend in one.

import { percent } from './format';
import { headName } from './names';
import { attributionState } from './status';
import type { Shown } from './shown';

export interface Run {
  readonly text: string;
  readonly role: 'plain' | 'bold' | 'attention' | 'attribution';
}

export const EMPTY_SENTENCE = 'Nothing to show: no tokens besides [CLS] and [SEP].';

/** Runs of the sentence; joined they are the text that is read out. */
export function ledeOf(shown: Shown): readonly Run[] {
  const { reading, group, names } = shown;
  if (shown.empty) {
    return [plain(EMPTY_SENTENCE)];
  }
  const head = bold(
    group.length > 1
      ? `the ${shown.state.group} of ${group.length} heads`
      : `head ${headName(group[0] ?? [0, 0])}`
  );
  if (reading === null) {
    return [plain('In '), head, plain(', the maps are not here yet.')];
  }
  const several = reading.queries.length > 1;
  const name = (item: number) => bold(names[item]?.full ?? '');
  const query = several ? bold(`${reading.queries.length} tokens`) : name(reading.queries[0] ?? 0);
  const start = [plain('In '), head, plain(', '), query, plain(' ')];
  const attended = reading.attentionOrder[0];
  if (attended === undefined) {
    return [...start, plain(several ? 'have no source.' : 'has no source.')];
  }
  const attends = [
    ...start,
    attention(several ? 'attend' : 'attends'),
    plain(' most to '),
    name(shown.sources[attended] ?? 0),
    plain(' '),
    attention(percent(reading.attention[attended] ?? NaN))
  ];
  const depended = reading.attributionOrder[0];
  if (reading.attribution === null || depended === undefined) {
    const waiting = reading.attribution === null && attributionState(shown) === 'waiting';
    return [
      ...attends,
      plain(
        `. What ${several ? 'their' : 'its'} output depends on is ${waiting ? 'being computed' : 'missing'}.`
      )
    ];
  }
  const same = attended === depended;
  return [
    ...attends,
    plain(` ${same ? 'and' : 'but'} ${several ? 'their' : 'its'} output `),
    attribution('depends'),
    plain(same ? ' most on it too ' : ' most on '),
    ...(same ? [] : [name(shown.sources[depended] ?? 0), plain(' ')]),
    attribution(percent(reading.attribution[depended] ?? NaN)),
    plain(several ? ' (mean).' : '.')
  ];
}

export function ledeText(shown: Shown): string {
  return ledeOf(shown)
    .map(run => run.text)
    .join('');
}

function plain(text: string): Run {
  return { text, role: 'plain' };
}

function bold(text: string): Run {
  return { text, role: 'bold' };
}

function attention(text: string): Run {
  return { text, role: 'attention' };
}

function attribution(text: string): Run {
  return { text, role: 'attribution' };
}
