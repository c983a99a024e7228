/** The smaller panels: approvals, trash, journal, settings. */
export const places = {
  approvals: {
    scope: 'Which plans', waiting: 'Open', done: 'Done', all: 'All', open: '{{act}}, open plan {{id}}', requested: 'approval requested',
    column: { act: 'Act', status: 'State', items: 'Items', files: 'Files', size: 'Size', author: 'Author', created: 'Made', valid: 'Valid until' },
    empty_waiting: 'No open plans', empty_done: 'No finished plans', empty_all: 'No plans yet', empty_hint: 'Plans made in ReportCenter, in the trash or with the command line are listed here.',
    more_one: 'Show {{count}} more', more_other: 'Show {{count}} more',
  },
  trash: {
    unknown: 'The state of the trash is unknown', state_one: '{{count}} entry, {{size}}', state_other: '{{count}} entries, {{size}}', empty_all: 'Empty the trash', empty_expired: 'Empty what is past its time',
    none: 'The trash is empty', none_hint: 'What you delete or purge in ReportCenter lies here until its keeping time is over, and can be put back.', kept_forever: 'no end', open: '{{act}}, open entry {{id}}', details: 'Details of trash entry {{id}}',
    column: { act: 'Removed by', status: 'State', files: 'Files', size: 'Size', created: 'Removed', keep_until: 'Kept until', actor: 'Who' },
    files_one: '{{count}} file or folder', files_other: '{{count}} files and folders', not_here: 'not here', base: 'Came from', location: 'Lies in', restore: 'Restore', destroy: 'Destroy for good',
    restore_title: 'Restore from the trash', restore_text: 'Content, times and rights come back as they were. Nothing that stands in their place is overwritten unless you choose so.', on_conflict: 'Where something stands in its place',
    restoring: 'Restoring', conflicts: 'Conflicts', restored_one: '{{count}} restored', restored_other: '{{count}} restored',
  },
  journal: {
    state_unknown: 'Not verified yet in this run', state_one: '{{count}} entry, {{status}} at {{at}}', state_other: '{{count}} entries, {{status}} at {{at}}',
    verify: 'Verify the journal', verifying: 'Verifying', found_one: 'Journal {{status}}, {{count}} entry', found_other: 'Journal {{status}}, {{count}} entries',
    checkpoints_one: '{{count}} signed checkpoint', checkpoints_other: '{{count}} signed checkpoints', unsigned_one: '{{count}} entry after the last one, chained but not yet signed', unsigned_other: '{{count}} entries after the last one, chained but not yet signed',
    accept: 'Accept the journal', accept_reason: 'Why it is accepted', accept_hint: 'Only after an older backup was put back. At least 10 characters; the journal keeps them.',
    head: 'Hash of the last entry', entry: 'Entry {{seq}}', open: 'Open entry {{seq}}', older: 'Show older entries', none: 'No entries', none_hint: 'Every act of a person or a loop leaves an entry here. With filters set, take one away.',
    column: { seq: 'No.', at: 'When', type: 'Type', stage: 'Stage', actor: 'Who', subject: 'Act' },
    filter: { query: 'Search', type: 'Type', subject: 'Act (e.g. a plan)', since: 'Since', until: 'Until' },
    operation: 'Operation', hash: 'Hash', prev: 'Hash before it', data: 'Content', related: 'Other entries of the same act',
  },
  settings: {
    state: '{{name}}, {{role}}, on workspace {{workspace}}', preferences: 'Preferences', language: 'Language', theme: 'Theme', density: 'Density', page_size: 'Rows per page',
    policy: 'Policy', policy_hint: 'Read only here. It is set in', approval_of: 'Approval: {{act}}', unapproved: 'Valid without approval', approved: 'Valid once approved', retention: 'Kept in the trash', days_one: '{{count}}\u00a0day', days_other: '{{count}}\u00a0days',
    protected: 'Protected paths', archive_roots: 'Further archive folders', admins: 'Admins', viewers: 'Viewers', nothing: 'none', key: 'Device key', key_id: 'Key', key_warning: 'The key that signs the journal is not in the keyring.',
    engines: 'Engines and versions', check: 'Check of the workspace', check_hint: 'Completes or reverts what a crash left, then looks for every file in its place, in the trash or in a verified archive.', check_run: 'Run the check', check_digests: 'Read every archived file again',
    check_plans_one: '{{count}} plan', check_plans_other: '{{count}} plans',
  },
} as const;
