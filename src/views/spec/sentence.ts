// The lede set in lines: runs of different colour and weight, broken between words where the width ends.

import type { TextMark } from './figure';
import type { Run } from './lede';
import { textAt } from './marks';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';

export interface SentenceType {
  readonly size: number;
  readonly lineHeight: number;
}

interface Word {
  readonly parts: readonly Run[];
  readonly width: number;
}

/** One text mark a line, from y downwards. */
export function sentenceLines(
  runs: readonly Run[],
  theme: Theme,
  width: number,
  type: SentenceType,
  measure: MeasureText
): readonly TextMark[] {
  return broken(runs, width, type.size, measure).map((words, line) => {
    const parts = joined(words);
    const mark = textAt(
      0,
      line * type.lineHeight + type.lineHeight * 0.7,
      parts.map(run => run.text).join(''),
      {
        colour: theme.ink,
        size: type.size
      }
    );
    return {
      ...mark,
      runs: parts.map(run => ({ text: run.text, colour: colourOf(run, theme), weight: weightOf(run) }))
    };
  });
}

/** A plain text in lines no wider than `width`, where its words allow. */
export function wrapped(text: string, width: number, size: number, measure: MeasureText): readonly string[] {
  return broken([{ text, role: 'plain' }], width, size, measure).map(words =>
    joined(words)
      .map(run => run.text)
      .join('')
  );
}

function colourOf({ role }: Run, theme: Theme): string {
  switch (role) {
    case 'plain':
    case 'bold':
      return theme.ink;
    case 'attention':
      return theme.attentionText;
    case 'attribution':
      return theme.attributionText;
  }
}

function weightOf({ role }: Run): 400 | 600 {
  return role === 'bold' ? 600 : 400;
}

function broken(
  runs: readonly Run[],
  width: number,
  size: number,
  measure: MeasureText
): readonly (readonly Word[])[] {
  const space = measure(' ', size, 400);
  const lines: Word[][] = [[]];
  let used = 0;
  for (const word of wordsOf(runs, size, measure)) {
    if (used > 0 && used + space + word.width > width) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(word);
    used += (used > 0 ? space : 0) + word.width;
  }
  return lines;
}

/** Pieces between ordinary spaces; a word may change its role within (`cabinet,`). */
function wordsOf(runs: readonly Run[], size: number, measure: MeasureText): readonly Word[] {
  const words: Run[][] = [[]];
  for (const run of runs) {
    run.text.split(' ').forEach((text, i) => {
      if (i > 0) {
        words.push([]);
      }
      if (text !== '') {
        words.at(-1)?.push({ text, role: run.role });
      }
    });
  }
  return words
    .filter(parts => parts.length > 0)
    .map(parts => ({
      parts,
      width: parts.reduce((sum, part) => sum + measure(part.text, size, weightOf(part)), 0)
    }));
}

/** Words with their spaces again, neighbours of one role in one run. */
function joined(words: readonly Word[]): readonly Run[] {
  const runs: Run[] = [];
  words.forEach((word, i) => {
    word.parts.forEach((part, k) => {
      const text = i > 0 && k === 0 ? ` ${part.text}` : part.text;
      const last = runs.at(-1);
      if (last?.role === part.role) {
        runs[runs.length - 1] = { role: last.role, text: last.text + text };
      } else {
        runs.push({ role: part.role, text });
      }
    });
  });
  return runs;
}
