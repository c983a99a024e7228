/** Types of the dictionary: every key that code may ask for, with plural endings taken off. */
import type { en } from './en.ts';

type Plural = '_one' | '_few' | '_many' | '_other';
type Base<K extends string> = K extends `${infer Head}${Plural}` ? Head : K;

type Leaves<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${Base<K>}` : Leaves<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

export type TextKey = Leaves<typeof en>;

/** A dictionary of the same shape; plural endings differ from language to language, so keys are compared by a test. */
export type Dictionary = { readonly [key: string]: string | Dictionary };
