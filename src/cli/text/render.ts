/** Text of a result for people: the area's own view where there is one, else the generic one. */
import type { OperationName, OperationOutput, PlanView } from '#contract';
import {
  automodeAsOfView, automodeChangeView, automodeCycleView, automodeEventsView, automodeSharesView, automodeStatusView,
} from './automodeViews.ts';
import { renderGeneric } from './generic.ts';
import { championView, compareView, diffView, historyView, modelListView } from './modelViews.ts';
import { checkView, journalListView, journalShowView, trashListView, trashShowView, verificationView } from './otherViews.ts';
import type { Pen } from './pen.ts';
import { planCheckView, planItemsView, planListView, planTargetsView, planView, planWithTargets } from './planViews.ts';
import { dashboardsView, listView, overviewView, showView } from './reportViews.ts';

type Views = { readonly [N in OperationName]?: (value: OperationOutput<N>, pen: Pen) => string };

const views: Views = {
  'reports.overview': overviewView,
  'reports.list': listView,
  'reports.show': showView,
  'reports.dashboards': dashboardsView,
  'reports.delete': planView,
  'reports.purge': planView,
  'reports.archive': planView,
  'trash.empty': planView,
  'trash.list': trashListView,
  'trash.show': trashShowView,
  'plans.list': planListView,
  'plans.show': planView,
  'plans.request': planView,
  'plans.approve': planView,
  'plans.reject': planView,
  'plans.apply': planView,
  'plans.undo': planView,
  'plans.targets': planTargetsView,
  'plans.items': planItemsView,
  'plans.check': planCheckView,
  'journal.list': journalListView,
  'journal.show': journalShowView,
  'journal.verify': verificationView,
  'journal.accept': verificationView,
  'workspace.check': checkView,
  'models.champion': championView,
  'models.list': modelListView,
  'models.compare': compareView,
  'models.history': historyView,
  'models.diff': diffView,
  'models.promote': planView,
  'models.rollback': planView,
  'automode.status': automodeStatusView,
  'automode.pause': automodeChangeView,
  'automode.resume': automodeChangeView,
  'automode.kill': automodeChangeView,
  'automode.release': automodeChangeView,
  'automode.cycle': automodeCycleView,
  'automode.shares': automodeSharesView,
  'automode.events': automodeEventsView,
  'automode.as_of': automodeAsOfView,
};

/** `value` is what the runtime gave for `operation`; it was checked against the operation's output schema there. */
export function renderText(operation: string, value: unknown, pen: Pen): string {
  const view = Object.hasOwn(views, operation) ? views[operation as OperationName] as ((value: unknown, pen: Pen) => string) | undefined : undefined;
  return view === undefined ? renderGeneric(value, pen) : view(value, pen);
}

/** `targets` is what the runtime gave for `plans.targets`. */
export function renderPlan(plan: PlanView, targets: unknown, pen: Pen): string {
  return planWithTargets(plan, targets as OperationOutput<'plans.targets'>, pen);
}
