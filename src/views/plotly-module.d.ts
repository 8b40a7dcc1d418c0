// The part of Plotly that plotly.ts uses; the bundle brings no types of its own.

declare module 'plotly.js' {
  export type Trace = Readonly<Record<string, unknown>>;
  export type Layout = Readonly<Record<string, unknown>>;
  export type Config = Readonly<Record<string, unknown>>;

  export function react(
    host: HTMLElement,
    traces: readonly Trace[],
    layout: Layout,
    config: Config
  ): Promise<unknown>;
  export function restyle(
    host: HTMLElement,
    update: Readonly<Record<string, unknown>>,
    traces: readonly number[]
  ): Promise<unknown>;
  export function purge(host: HTMLElement): void;
}
