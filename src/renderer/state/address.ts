/**
 * Addresses inside the window. Every page, row, plan, journal entry and filter set has one, it reads well, and
 * `parseAddress(formatAddress(place))` gives the same place again. An address that means nothing leads to the reports.
 */
import { exportChoices, sortDirections, sortKeys, summaryStatuses, type ReportFilter } from '#contract';

/** Filters as a person sets them: paging belongs to the table, not to the filter. */
export type Filter = Readonly<Omit<ReportFilter, 'limit' | 'offset'>>;

export const emptyFilter: Filter = { category: [], summary_status: 'any', sort: 'updated_at', sort_direction: 'desc', has_exports: 'any' };

export interface JournalFilter {
  readonly type?: string;
  readonly subject?: string;
  readonly query?: string;
  readonly since?: string;
  readonly until?: string;
}

export const modelTabs = ['list', 'compare', 'training', 'artifacts', 'decisions', 'diff'] as const;
export type ModelTab = (typeof modelTabs)[number];

/** What is open in Strategy Management: a model, a version of it, the version it is held against, an instant of the past. */
export interface ModelsPlace {
  readonly page: 'models';
  readonly tab: ModelTab;
  readonly model: string | null;
  readonly version: string | null;
  readonly against: string | null;
  readonly at: string | null;
}

export const automodeActs = ['pause', 'resume', 'kill', 'release', 'cycle'] as const;
/** A dialog of AutoMode. */
export type AutomodeAct = (typeof automodeActs)[number];

export type Place =
  | { readonly page: 'reports'; readonly filter: Filter; readonly report: string | null; readonly pageIndex: number }
  | ModelsPlace
  | { readonly page: 'automode'; readonly act: AutomodeAct | null }
  | { readonly page: 'approvals'; readonly plan: string | null }
  | { readonly page: 'trash'; readonly entry: string | null }
  | { readonly page: 'journal'; readonly seq: number | null; readonly filter: JournalFilter }
  | { readonly page: 'settings' };

export type PageName = Place['page'];
export const pageNames: readonly PageName[] = ['reports', 'models', 'automode', 'approvals', 'trash', 'journal', 'settings'];

const choice = <T extends string>(all: readonly T[], value: string | null, fallback: T): T =>
  all.find((one) => one === value) ?? fallback;

function filterToParams(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.query !== undefined && filter.query !== '') params.set('query', filter.query);
  for (const category of filter.category) params.append('category', category);
  if (filter.since !== undefined) params.set('since', filter.since);
  if (filter.until !== undefined) params.set('until', filter.until);
  if (filter.summary_status !== 'any') params.set('summary_status', filter.summary_status);
  if (filter.has_exports !== 'any') params.set('has_exports', filter.has_exports);
  if (filter.sort !== emptyFilter.sort) params.set('sort', filter.sort);
  if (filter.sort_direction !== emptyFilter.sort_direction) params.set('sort_direction', filter.sort_direction);
  return params;
}

function filterFromParams(params: URLSearchParams): Filter {
  const query = params.get('query');
  const since = params.get('since');
  const until = params.get('until');
  return {
    category: params.getAll('category'),
    summary_status: choice(summaryStatuses, params.get('summary_status'), 'any'),
    has_exports: choice(exportChoices, params.get('has_exports'), 'any'),
    sort: choice(sortKeys, params.get('sort'), emptyFilter.sort),
    sort_direction: choice(sortDirections, params.get('sort_direction'), emptyFilter.sort_direction),
    ...(query === null || query === '' ? {} : { query }),
    ...(since === null || since === '' ? {} : { since }),
    ...(until === null || until === '' ? {} : { until }),
  };
}

const journalKeys = ['type', 'subject', 'query', 'since', 'until'] as const;

function journalFromParams(params: URLSearchParams): JournalFilter {
  return Object.fromEntries(journalKeys.flatMap((key) => {
    const value = params.get(key);
    return value === null || value === '' ? [] : [[key, value]];
  }));
}

const modelKeys = ['model', 'version', 'against', 'at'] as const;

function modelsFromParams(tab: string | null, params: URLSearchParams): ModelsPlace {
  const value = (key: (typeof modelKeys)[number]): string | null => params.get(key) || null;
  return { page: 'models', tab: choice(modelTabs, tab, 'list'), model: value('model'), version: value('version'), against: value('against'), at: value('at') };
}

function withParams(path: string, params: URLSearchParams): string {
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function formatAddress(place: Place): string {
  switch (place.page) {
    case 'reports': {
      const params = filterToParams(place.filter);
      if (place.pageIndex > 0) params.set('page', String(place.pageIndex + 1));
      if (place.report !== null) params.set('report', place.report);
      return withParams('#/reports', params);
    }
    case 'models': {
      const params = new URLSearchParams();
      for (const key of modelKeys) if (place[key] !== null && place[key] !== '') params.set(key, place[key]);
      return withParams(place.tab === 'list' ? '#/models' : `#/models/${place.tab}`, params);
    }
    case 'automode':
      return place.act === null ? '#/automode' : `#/automode/${place.act}`;
    case 'approvals':
      return place.plan === null ? '#/approvals' : `#/approvals/${encodeURIComponent(place.plan)}`;
    case 'trash':
      return place.entry === null ? '#/trash' : `#/trash/${encodeURIComponent(place.entry)}`;
    case 'journal': {
      const params = new URLSearchParams();
      for (const key of journalKeys) {
        const value = place.filter[key];
        if (value !== undefined && value !== '') params.set(key, value);
      }
      return withParams(place.seq === null ? '#/journal' : `#/journal/${String(place.seq)}`, params);
    }
    case 'settings':
      return '#/settings';
  }
}

function decode(segment: string | undefined): string | null {
  if (segment === undefined || segment === '') return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

export const startModels: ModelsPlace = { page: 'models', tab: 'list', model: null, version: null, against: null, at: null };

export const startPlace: Place = { page: 'reports', filter: emptyFilter, report: null, pageIndex: 0 };

/** Takes `#/page/…`, `/page/…` and `sterownia://…/#/page/…`. */
export function parseAddress(address: string): Place {
  const hash = address.indexOf('#');
  const text = (hash >= 0 ? address.slice(hash + 1) : address).replace(/^\/+/u, '');
  const question = text.indexOf('?');
  const params = new URLSearchParams(question >= 0 ? text.slice(question + 1) : '');
  const [page, segment] = (question >= 0 ? text.slice(0, question) : text).split('/');
  const id = decode(segment);
  switch (page) {
    case 'models':
      return modelsFromParams(id, params);
    case 'automode':
      return { page: 'automode', act: automodeActs.find((act) => act === id) ?? null };
    case 'approvals':
    case 'plans':
      return { page: 'approvals', plan: id };
    case 'trash':
      return { page: 'trash', entry: id };
    case 'journal':
      return { page: 'journal', seq: id !== null && /^[1-9]\d{0,14}$/u.test(id) ? Number(id) : null, filter: journalFromParams(params) };
    case 'settings':
      return { page: 'settings' };
    default: {
      const shown = Number(params.get('page') ?? '1');
      return {
        page: 'reports',
        filter: filterFromParams(params),
        report: params.get('report') ?? (page === 'reports' ? id : null),
        pageIndex: Number.isInteger(shown) && shown > 1 ? shown - 1 : 0,
      };
    }
  }
}

/** True when the filter lets every report through. */
export function isEmptyFilter(filter: Filter): boolean {
  return filterToParams({ ...filter, sort: emptyFilter.sort, sort_direction: emptyFilter.sort_direction }).size === 0;
}
