/** Types of the entries that AutoMode leaves in the operations journal. */
export const stateEntryType = 'automode_state';
export const guardrailEntryType = 'automode_guardrail';
export const cycleEntryType = 'automode_cycle';
/** What another program did to the schedule or to a sign-off. */
export const scheduleSeenType = 'schedule_observed';
export const signOffSeenType = 'sign_off_observed';
/** A part of the bot was switched off by a file, and came back. */
export const disabledEntryType = 'component_disabled';
export const restoredEntryType = 'component_restored';
