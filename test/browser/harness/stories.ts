// Stories for the harness: golden sentences of the real model, synthetic ones of any length, and awkward texts.

import { jackknifeError, normsWithout } from '../../../src/analysis/jackknife';
import { DEFAULT_METHOD } from '../../../src/core/method';
import type { Piece } from '../../../src/core/piece';
import type { StoryData } from '../../../src/story/data';
import { storyData } from '../../../src/story/memory';
import type { MethodInfo, StoryDocument } from '../../../src/story/document';

/** Everything of one story, exact. */
export interface Atlas {
  readonly document: StoryDocument;
  readonly attention: Float32Array;
  readonly norms: Float32Array;
}

const GROUPS = 8;

export async function loadStory(name: string): Promise<Atlas> {
  const synthetic = /^n(\d+)(?:x(\d+))?$/.exec(name);
  if (synthetic) {
    return syntheticStory(syntheticPieces(Number(synthetic[1])), Number(synthetic[2] ?? 12), 12);
  }
  const awkward = AWKWARD[name];
  return awkward === undefined ? loadGolden(name) : syntheticStory(awkwardPieces(awkward), 6, 12);
}

/** Texts that a careless view would run, hide or scramble; the pieces are separated by |. */
const AWKWARD: Readonly<Record<string, string>> = {
  html: 'the|<b>|bold|</b>|<img src=x onerror=document.title="hacked">|&|&lt;|br|<br>|tag|$x^2$|%{text}|<script>alert(1)</script>|end',
  hebrew: 'המפתחות|של|הארון|ה|##ישן|נמצאים|על|שולחן|המטבח|.',
  mixed: 'she|said|שלום|and|مر|##حبا|to|the|👩‍👩‍👧|family|in|東|京|.',
  empty: '',
  word: 'supercalifragilistic|##expialidocious|is|a|donaudampfschifffahrtsgesellschaftskapitän|.'
};

function awkwardPieces(text: string): Piece[] {
  return withSpecials(text === '' ? [] : text.split('|'));
}

function withSpecials(texts: readonly string[]): Piece[] {
  let word = -1;
  const special = (text: string): Piece => ({
    text,
    id: 0,
    start: null,
    end: null,
    segment: 0,
    special: true,
    word: null
  });
  const pieces = texts.map((text): Piece => {
    word += text.startsWith('##') ? 0 : 1;
    return { text, id: 1, start: 0, end: 0, segment: 0, special: false, word };
  });
  return [special('[CLS]'), ...pieces, special('[SEP]')];
}

const SENTENCES = `call me ishmael . some years ago , never mind how long precise ##ly , having little or no money in my purse , and
nothing particular to interest me on shore , i thought i would sail about a little and see the watery part of the world . it is a way i
have of driving off the spleen and regulating the circu ##lation . whenever i find myself growing grim about the mouth ; whenever it is a
damp , drizzly november in my soul ; whenever i find myself invol ##untar ##ily pausing before coffin warehouses , and bringing up the
rear of every funeral i meet ; then , i account it high time to get to sea as soon as i can . this is my substitute for pistol and ball .`;

function syntheticPieces(count: number): Piece[] {
  const words = SENTENCES.split(/\s+/);
  return withSpecials(Array.from({ length: count - 2 }, (_, i) => words[i % words.length] ?? ''));
}

/** Heads that look near, back, far, or at the sinks, and depend on more than they look at, the more so the higher. */
function syntheticStory(pieces: readonly Piece[], layers: number, heads: number): Atlas {
  const n = pieces.length;
  const random = generator(7);
  const salience = pieces.map(() => 0.4 + 1.6 * random() ** 3);
  const noise = Float32Array.from({ length: 65536 }, () => 0.35 + 1.3 * random());
  const attention = new Float32Array(layers * heads * n * n);
  const norms = new Float32Array(attention.length);
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      const kind = (head * 7 + layer * 3) % 6;
      const offset = [0, -1, 1, -2, 0, 0][kind] ?? 0;
      const reach = 1 + 3 * random() + (kind === 5 ? 14 : 0);
      const sink = kind === 4 ? 1.5 : (0.24 * layer) / layers;
      const mix = 0.12 + 0.8 * (layer / layers) * (0.6 + 0.4 * random());
      for (let query = 0; query < n; query++) {
        const start = ((layer * heads + head) * n + query) * n;
        let sum = 0;
        for (let source = 0; source < n; source++) {
          const grain = noise[(start * 31 + source * 17 + query * 5) & 65535] ?? 1;
          const near = 1 / (1 + (Math.abs(source - query - offset) / reach) ** 2.6);
          const wide = 0.06 * (salience[source] ?? 1) + 0.5 / (1 + (Math.abs(source - query) / 3) ** 1.6);
          attention[start + source] = near * grain * (salience[source] ?? 1);
          norms[start + source] = (1 - mix) * near * (0.8 + 0.2 * grain) + mix * wide * (0.7 + 0.3 * grain);
          sum += attention[start + source] ?? 0;
        }
        attention[start] = (attention[start] ?? 0) + sink * sum * 0.35;
        attention[start + n - 1] = (attention[start + n - 1] ?? 0) + sink * sum * 0.65;
        const total = sum * (1 + sink);
        for (let source = 0; source < n; source++) {
          attention[start + source] = (attention[start + source] ?? 0) / total;
        }
      }
    }
  }
  const text = pieces
    .filter(piece => !piece.special)
    .map(piece => piece.text)
    .join(' ')
    .replace(/ ##/g, '');
  return {
    document: documentOf('synthetic', text, null, pieces, layers, heads, 768),
    attention,
    norms
  };
}

async function loadGolden(name: string): Promise<Atlas> {
  const [meta, file] = await Promise.all([
    fetch(`/oracle/golden-minilm/${name}.json`).then(response => response.json()),
    fetch(`/oracle/golden-minilm/${name}.safetensors`).then(response => response.arrayBuffer())
  ]);
  let word = -1;
  const pieces = (meta.tokens as string[]).map((text, i): Piece => {
    const special = meta.special[i] === 1;
    word += special || text.startsWith('##') ? 0 : 1;
    const [start, end] = special ? [null, null] : meta.spans[i];
    return {
      text,
      id: meta.ids[i],
      start,
      end,
      segment: meta.segments[i],
      special,
      word: special ? null : word
    };
  });
  const tensors = safetensors(file);
  return {
    document: documentOf('all-MiniLM-L6-v2', meta.text, meta.pair, pieces, 6, 12, 384),
    attention: tensors('attention'),
    norms: tensors('frobenius')
  };
}

function safetensors(file: ArrayBuffer): (name: string) => Float32Array {
  const length = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  return name => {
    const [start, end] = header[name].data_offsets;
    return new Float32Array(file.slice(8 + length + start, 8 + length + end));
  };
}

function documentOf(
  id: string,
  text: string,
  pair: string | null,
  pieces: readonly Piece[],
  layers: number,
  heads: number,
  width: number
): StoryDocument {
  return {
    version: 1,
    text,
    pair,
    pieces,
    truncated: null,
    model: { id, sha256: '0'.repeat(64), architecture: 'BertModel', layers, heads, width },
    method: methodOf(width, width),
    engine: { name: 'native', version: '2.21.0', threads: 2 },
    timing: { tokenize: 0.001, attention: 0.02, attribution: 0.8 },
    made: { version: '0.1.0', date: '2026-11-22T12:00:00Z' }
  };
}

function methodOf(samples: number, width: number): MethodInfo {
  return {
    ...DEFAULT_METHOD,
    mode: samples === width ? 'exact' : 'sampled',
    samples,
    exact_directions: samples === width ? width : 0,
    seed: 0,
    precision: 'float32',
    ablate: []
  };
}

/**
 * What the views are given of a story after so many directions.
 *
 * @param samples 0: attention alone; the model's width: exact
 */
export function dataAfter(atlas: Atlas, samples: number): StoryData {
  const estimate = samples === 0 ? null : estimated(atlas, samples);
  return storyData({
    document: { ...atlas.document, method: methodOf(samples, atlas.document.model.width) },
    heads: null,
    attention: atlas.attention,
    norms: estimate?.norms ?? null,
    error: estimate?.groups ? errorOf(atlas, estimate.groups) : null,
    groups: estimate?.groups ?? null,
    results: []
  });
}

/** Group means that scatter as chi-square does, and the norms that follow from them. */
function estimated(atlas: Atlas, samples: number): { norms: Float32Array; groups: Float32Array | null } {
  if (samples === atlas.document.model.width) {
    return { norms: atlas.norms, groups: null };
  }
  const random = generator(samples);
  const cells = atlas.norms.length;
  const groups = new Float32Array(GROUPS * cells);
  const spread = 1.6 / Math.sqrt(samples / GROUPS);
  const { heads, layers } = atlas.document.model;
  const n = atlas.document.pieces.length;
  // Directions are shared: all heads and queries of a layer err together at a source.
  const shared = Float32Array.from({ length: GROUPS * layers * n }, () => (random() - 0.5) * 1.2);
  for (let i = 0; i < groups.length; i++) {
    const cell = i % cells;
    const layer = Math.floor(cell / (heads * n * n));
    const common = shared[(Math.floor(i / cells) * layers + layer) * n + (cell % n)] ?? 0;
    const normal = (random() + random() + random() + random() - 2) * 1.73;
    groups[i] = (atlas.norms[cell] ?? 0) ** 2 * Math.max(0.05, 1 + spread * (0.2 * normal + common));
  }
  const norms = Float32Array.from({ length: cells }, (_, cell) => {
    let sum = 0;
    for (let group = 0; group < GROUPS; group++) {
      sum += groups[group * cells + cell] ?? 0;
    }
    return Math.sqrt(sum / GROUPS);
  });
  return { norms, groups };
}

/** Jackknife SE of the attribution divided by it, as the service sends it. */
function errorOf(atlas: Atlas, groups: Float32Array): Float32Array {
  const n = atlas.document.pieces.length;
  const cells = atlas.norms.length;
  const without = Array.from({ length: GROUPS }, (_, group) => {
    const norms = normsWithout(groups, GROUPS, group, 0, cells);
    for (let row = 0; row < cells; row += n) {
      const total = norms.subarray(row, row + n).reduce((sum, norm) => sum + norm, 0);
      norms.subarray(row, row + n).forEach((norm, i) => (norms[row + i] = norm / total));
    }
    return norms;
  });
  return Float32Array.from({ length: cells }, (_, cell) => {
    const shares = without.map(norms => norms[cell] ?? 0);
    const mean = shares.reduce((sum, share) => sum + share / GROUPS, 0);
    return jackknifeError(shares, 1) / mean;
  });
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
