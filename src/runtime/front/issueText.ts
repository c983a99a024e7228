/** What is wrong with a field, in words that need no knowledge of the schema library. */
import type * as z from 'zod';

const amount = (value: unknown): string => String(value);

function sizeText(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, limit: unknown, word: 'least' | 'most'): string {
  const bound = amount(limit);
  switch (issue.origin) {
    case 'string': return bound === '1' && word === 'least' ? 'must not be blank' : `must have at ${word} ${bound} characters`;
    case 'array':
    case 'set': return `must have at ${word} ${bound} entries`;
    case 'number':
    case 'int':
    case 'bigint': return issue.inclusive === false ? `must be ${word === 'least' ? 'more' : 'less'} than ${bound}` : `must be at ${word} ${bound}`;
    default: return `must be at ${word} ${bound}`;
  }
}

/** How the library begins its own sentences; any other is one of ours and stays. */
const libraryWords = /^(?:Too (?:small|big)|Invalid|Unrecognized)/u;

/** The reason alone, without the field's name and without a full stop. */
export function issueText(issue: z.core.$ZodIssue): string {
  if (!libraryWords.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'too_small': return sizeText(issue, issue.minimum, 'least');
    case 'too_big': return sizeText(issue, issue.maximum, 'most');
    case 'invalid_type': return issue.message.endsWith('received undefined') ? 'is missing' : `must be ${nameOf(issue.expected)}`;
    case 'invalid_value': return `must be one of ${issue.values.map(amount).join(', ')}`;
    case 'unrecognized_keys': return 'is not known here';
    case 'not_multiple_of': return `must be a multiple of ${amount(issue.divisor)}`;
    default: return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', null: 'null' };
const nameOf = (expected: string): string => typeNames[expected] ?? expected;
