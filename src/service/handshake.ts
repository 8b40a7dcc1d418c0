// Do client and service belong together? Says which side to upgrade when not.

import { StoryError } from '../core/errors';
import { VERSION } from '../core/version';
import { PROTOCOL_VERSION } from '../protocol/frames';

/** @throws StoryError version_mismatch */
export function checkProtocol(v: number): void {
  if (v !== PROTOCOL_VERSION) {
    throw mismatch(v < PROTOCOL_VERSION, `the client speaks protocol ${v}, the service ${PROTOCOL_VERSION}`);
  }
}

/**
 * Releases understand each other when they differ in the last number at most.
 *
 * @throws StoryError version_mismatch
 */
export function checkVersion(client: string): void {
  const [theirs, ours] = [release(client), release(VERSION)];
  const [major, minor] = [theirs[0] - ours[0], theirs[1] - ours[1]];
  if (major !== 0 || minor !== 0) {
    throw mismatch((major || minor) < 0, `the client is bertstory ${client}, the service ${VERSION}`);
  }
}

function release(version: string): readonly [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) {
    throw new StoryError(
      'version_mismatch',
      `the client says its version is ${JSON.stringify(version)}; the service is ${VERSION}`,
      'install both from one release: pip install --upgrade bertstory',
      { client: version, service: VERSION }
    );
  }
  return [Number(major), Number(minor)];
}

function mismatch(clientIsOlder: boolean, what: string): StoryError {
  const side = clientIsOlder ? 'client' : 'service';
  return new StoryError(
    'version_mismatch',
    `${what}; upgrade the ${side}`,
    clientIsOlder
      ? 'pip install --upgrade bertstory, then restart the kernel'
      : 'the service that was started is older than the Python package: reinstall bertstory, or unset what points to another service',
    { upgrade: side, service: VERSION }
  );
}
