/** English, in one dictionary. */
import { noteTexts as notes } from '#contract';
import { automode } from './en/automode.ts';
import { errors } from './en/errors.ts';
import { models } from './en/models.ts';
import { plans } from './en/plans.ts';
import { places } from './en/places.ts';
import { reports } from './en/reports.ts';
import { shell } from './en/shell.ts';
import { words } from './en/words.ts';

export const en = { shell, words, reports, plans, ...places, models, automode, errors, notes } as const;
