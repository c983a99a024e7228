import { describe, expect, it } from 'vitest';
import { clean } from '../../src/cli/text/format.ts';

describe('names in the terminal', () => {
  it('show control characters, writing directions and bytes that are no UTF-8 as escapes, and leave letters alone', () => {
    expect(clean('two\nlines')).toBe('two\\u000alines');
    expect(clean('a\u202eb')).toBe('a\\u202eb');
    expect(clean('bad\uf7ff')).toBe('bad\\xff');
    expect(clean('v\u200b1\u2060\ufeff\u{e0041}')).toBe('v\\u200b1\\u2060\\ufeff\\u{e0041}');
    expect(clean('👩\u200d💻 ❤\ufe0f\u200d🔥 a\u200db')).toBe('👩\u200d💻 ❤\ufe0f\u200d🔥 a\\u200db');
    expect(clean('zażółć 📈')).toBe('zażółć 📈');
  });
});
