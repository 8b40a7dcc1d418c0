// The script of a page that holds one story: puts the linked view on it, out of the data in the page and nothing else.

import { errorData } from '../core/errors';
import { readCarrier } from '../story/carrier';
import { mountSaved } from '../views/saved';
import { printCurrent } from './print';
import { HOST_ID, STORY_ID } from './template';

function start(host: HTMLElement): void {
  const { signal } = new AbortController();
  try {
    const data = document.getElementById(STORY_ID)?.textContent ?? '';
    const { story, view } = readCarrier(JSON.parse(data));
    if (story !== null) {
      const saved = mountSaved(host, story, view, signal);
      printCurrent(window, host, saved, signal);
    }
  } catch (error) {
    const { message, hint } = errorData(error);
    host.textContent = `The story in this page cannot be read: ${message}. ${hint}.`;
  }
}

const host = document.getElementById(HOST_ID);
if (host !== null) {
  start(host);
}
