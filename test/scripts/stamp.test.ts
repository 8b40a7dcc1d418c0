import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { hashInputs, isCurrent, writeStamp } from '../../scripts/support/stamp.cjs';

describe('stamps', () => {
  let root: string;
  const write = (name: string, content: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  };

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'stamp-'));
    write('src/a.ts', 'one');
    write('src/deep/b.ts', 'two');
    write('package.json', '{}');
  });

  afterEach(() => fs.rmSync(root, { recursive: true }));

  describe('hashInputs', () => {
    const hash = (facts?: string[]): string => hashInputs(root, ['src', 'package.json', 'absent'], facts);

    it('should stay the same when nothing changes, times of files included', () => {
      const before = hash();
      fs.utimesSync(path.join(root, 'src/a.ts'), 1, 1);
      expect(hash()).toBe(before);
      expect(before).toMatch(/^[0-9a-f]{64}$/);
    });

    it('should change with a content, a name, a new file, and a fact', () => {
      const seen = [hash(), hash(['v20'])];
      write('src/a.ts', 'uno');
      seen.push(hash());
      fs.renameSync(path.join(root, 'src/a.ts'), path.join(root, 'src/c.ts'));
      seen.push(hash());
      write('absent', '');
      seen.push(hash());
      expect(new Set(seen).size).toBe(5);
    });

    it('should tell apart contents that only meet differently', () => {
      const before = hash();
      write('src/a.ts', 'onet');
      write('src/deep/b.ts', 'wo');
      expect(hash()).not.toBe(before);
    });
  });

  describe('isCurrent', () => {
    it('should want the stamp, its hash and every output', () => {
      const file = path.join(root, '.cache', 'stamps', 'x');
      const output = path.join(root, 'package.json');
      expect(isCurrent(file, 'h', [output])).toBe(false);
      writeStamp(file, 'h');
      expect(isCurrent(file, 'h', [output])).toBe(true);
      expect(isCurrent(file, 'other', [output])).toBe(false);
      expect(isCurrent(file, 'h', [output, path.join(root, 'gone')])).toBe(false);
    });
  });
});
