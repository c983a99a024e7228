/** What a wrong field is told in: our words, for every kind of mistake that the schemas of the table can find. */
import { expect, it } from 'vitest';
import * as z from 'zod';
import { issueText } from '../../src/runtime/front/issueText.ts';

const schema = z.object({
  limit: z.number().int().min(1).max(1000).optional(), share: z.number().gt(0).optional(), text: z.string().min(1).max(4).optional(), name: z.string().min(10, 'needs ten characters').optional(),
  choice: z.enum(['any', 'valid']).optional(), list: z.array(z.string()).min(1).max(2).optional(), flag: z.boolean().optional(), needed: z.string(),
}).strict();

it.each([
  [{ limit: 0 }, 'must be at least 1'],
  [{ limit: 1001 }, 'must be at most 1000'],
  [{ limit: 1.5 }, 'must be a whole number'],
  [{ limit: '5' }, 'must be a number'],
  [{ share: 0 }, 'must be more than 0'],
  [{ text: '' }, 'must not be blank'],
  [{ text: 'abcde' }, 'must have at most 4 characters'],
  [{ name: 'short' }, 'needs ten characters'],
  [{ choice: 'other' }, 'must be one of any, valid'],
  [{ list: [] }, 'must have at least 1 entries'],
  [{ list: ['a', 'b', 'c'] }, 'must have at most 2 entries'],
  [{ list: 'a' }, 'must be a list'],
  [{ flag: 'yes' }, 'must be true or false'],
  [{ stray: 1 }, 'is not known here'],
  [{ needed: undefined }, 'is missing'],
])('%j: %s', (input, words) => {
  const [issue] = schema.safeParse({ needed: 'x', ...input }).error?.issues ?? [];
  expect(issue && issueText(issue)).toBe(words);
});
