// When to stop computing attribution: pure decisions from the rule, the directions done, their error and the pace.

import { EXACT_WITHIN_SECONDS, JACKKNIFE_GROUPS, PAUSE_BEYOND_SECONDS } from '../core/limits';
import type { StopReason, StopRule } from '../core/method';

export interface Standing {
  /** Directions of the latest estimate, 0 before the first. */
  readonly samples: number;
  /** Directions done, those on the way to the next estimate too. */
  readonly swept: number;
  /** All there are. */
  readonly width: number;
  /** rms relative error of live cells; null before the first estimate. */
  readonly error: number | null;
  /** Estimated seconds from the directions done to so many. */
  secondsTo(directions: number): number;
  /** Whether that was measured, or guessed: nobody is kept waiting, or turned away, by a guess. */
  readonly measured: boolean;
}

export type Decision =
  { readonly go: number } | { readonly stop: StopReason; readonly secondsLeft: number | null };

/** rms error ≈ PRIOR √(1/S − 1/d): what sentences showed, until this one's own error is known. */
const PRIOR = 0.28;

/** Directions that an estimate can have: 2 to 8, a multiple of 8, or all; other numbers are rounded up. */
export function roundSamples(samples: number, width: number): number {
  const wanted = Math.max(2, Math.ceil(samples));
  const rounded =
    wanted <= JACKKNIFE_GROUPS ? wanted : Math.ceil(wanted / JACKKNIFE_GROUPS) * JACKKNIFE_GROUPS;
  return Math.min(rounded, width);
}

/** The next estimate worth showing: 8, 16, 32, … directions, at last all. */
export function nextStage(samples: number, width: number): number {
  let stage = JACKKNIFE_GROUPS;
  while (stage <= samples) {
    stage *= 2;
  }
  return Math.min(stage, width);
}

/** Go on to how many directions, or stop and why. */
export function decide(rule: StopRule, standing: Standing): Decision {
  const { samples, width, error } = standing;
  if (samples >= width) {
    return { stop: 'exact', secondsLeft: null };
  }
  const next = nextStage(samples, width);
  switch (rule.rule) {
    case 'exact':
      return { go: next };
    case 'samples': {
      const wanted = roundSamples(rule.samples, width);
      return samples >= wanted ? { stop: 'samples', secondsLeft: null } : { go: Math.min(next, wanted) };
    }
    case 'error':
      return reached(error, rule.error) ? { stop: 'error', secondsLeft: null } : { go: next };
    case 'auto': {
      if (!standing.measured || exactIsNear(standing)) {
        return { go: next };
      }
      if (reached(error, rule.error)) {
        return { stop: 'error', secondsLeft: null };
      }
      // Before anything was measured only the first estimate is at stake.
      const end = error === null ? next : samplesFor(rule.error, standing);
      const secondsLeft = standing.secondsTo(end);
      return secondsLeft > PAUSE_BEYOND_SECONDS ? { stop: 'paused', secondsLeft } : { go: next };
    }
  }
}

/** Directions at which the rule is expected to stop. */
export function expectedEnd(rule: StopRule, standing: Standing): number {
  switch (rule.rule) {
    case 'exact':
      return standing.width;
    case 'samples':
      return roundSamples(rule.samples, standing.width);
    case 'error':
      return samplesFor(rule.error, standing);
    case 'auto':
      return exactIsNear(standing) ? standing.width : samplesFor(rule.error, standing);
  }
}

/**
 * Directions that are sure to come, as far as counts tell: what decides between two ways of computing must not hang on the
 * clock. The default rule first shows an estimate as soon as it can.
 */
export function directionsAhead(rule: StopRule, standing: Standing): number {
  const { samples, swept, width } = standing;
  const end = rule.rule === 'auto' && samples === 0 ? nextStage(samples, width) : expectedEnd(rule, standing);
  return Math.max(0, end - swept);
}

function reached(error: number | null, wanted: number): boolean {
  return error !== null && error <= wanted;
}

function exactIsNear({ width, secondsTo }: Standing): boolean {
  return secondsTo(width) < EXACT_WITHIN_SECONDS;
}

/** The stage at which error ∝ √(1/S − 1/d) falls to `wanted`. */
function samplesFor(wanted: number, { samples, width, error }: Standing): number {
  const squared = error === null || samples === 0 ? PRIOR ** 2 : error ** 2 / (1 / samples - 1 / width);
  const needed = squared === 0 ? samples : 1 / (wanted ** 2 / squared + 1 / width);
  let stage = nextStage(samples, width);
  while (stage < needed && stage < width) {
    stage = nextStage(stage, width);
  }
  return stage;
}
