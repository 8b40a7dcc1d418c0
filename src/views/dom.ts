// The few DOM helpers that every part uses; text enters the page through textContent alone.

export interface ElementOptions {
  readonly className?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes elements in the document of a host; no part uses the global `document`. */
export type Create = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options?: ElementOptions,
  ...children: readonly Node[]
) => HTMLElementTagNameMap[K];

export function creator(document: Document): Create {
  return (tag, options = {}, ...children) => {
    const element = document.createElement(tag);
    if (options.className !== undefined) {
      element.className = options.className;
    }
    if (options.text !== undefined) {
      element.textContent = options.text;
    }
    for (const [name, value] of Object.entries(options.attributes ?? {})) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
}

/** Writes only what changed, so that styles and screen readers are left in peace. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

export function toggleClass(element: Element, name: string, on: boolean): void {
  if (element.classList.contains(name) !== on) {
    element.classList.toggle(name, on);
  }
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Moves an absolutely placed element without a new layout of its neighbours; null hides it. */
export function place(element: HTMLElement, box: Box | null): void {
  if (box === null) {
    element.style.display = 'none';
    return;
  }
  element.style.display = 'block';
  element.style.transform = `translate(${box.x}px, ${box.y}px)`;
  element.style.width = `${box.width}px`;
  element.style.height = `${box.height}px`;
}

/** Fixes an element's rectangle; for what changes only with the layout. */
export function fix(element: HTMLElement, box: Box): void {
  element.style.left = `${box.x}px`;
  element.style.top = `${box.y}px`;
  element.style.width = `${box.width}px`;
  element.style.height = `${box.height}px`;
}

/** As Element.closest; also for elements of another window, whose classes are not ours. */
export function closest(target: EventTarget | null, selector: string): HTMLElement | null {
  return target !== null && 'closest' in target ? (target as HTMLElement).closest(selector) : null;
}

/** The data attribute of the nearest element that has it, as a number; null if none has. */
export function closestIndex(target: EventTarget | null, attribute: string): number | null {
  const value = closest(target, `[${attribute}]`)?.getAttribute(attribute) ?? null;
  return value === null || value === '' ? null : Number(value);
}

/** Clicks with any of these add to the selection. */
export function isExtending(event: MouseEvent | KeyboardEvent): boolean {
  return event.shiftKey || event.ctrlKey || event.metaKey;
}
