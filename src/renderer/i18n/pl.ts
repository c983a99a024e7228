/** Polish, in one dictionary. */
import type { Dictionary } from './keys.ts';
import { automode } from './pl/automode.ts';
import { errors } from './pl/errors.ts';
import { notes } from './pl/notes.ts';
import { models } from './pl/models.ts';
import { plans } from './pl/plans.ts';
import { places } from './pl/places.ts';
import { reports } from './pl/reports.ts';
import { shell } from './pl/shell.ts';
import { words } from './pl/words.ts';

export const pl: Dictionary = { shell, words, reports, plans, ...places, models, automode, errors, notes };
