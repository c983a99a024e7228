import { describe, expect, it } from 'vitest';
import { cliLine, quote } from '../../src/renderer/format/cliLine.ts';

describe('the command line of a dialog', () => {
  it('spells fields as options, flags bare, lists repeated, defaults left out', () => {
    expect(cliLine('reports.purge', {
      category: ['smoke', 'daily'], until: '2024-04-01', summary_status: 'any', has_exports: 'yes', sort: 'updated_at', permanent: true, signal_quality_retention_days: 30,
    })).toBe('sterownia reports purge --category smoke --category daily --until 2024-04-01 --has-exports yes --permanent');
  });

  it('gives positional fields by position', () => {
    expect(cliLine('reports.delete', { path: 'smoke/run_a', permanent: false })).toBe('sterownia reports delete smoke/run_a');
    expect(cliLine('journal.show', { seq: 7 })).toBe('sterownia journal show 7');
  });

  it('joins values that start with a dash, and puts positional ones behind a double dash', () => {
    expect(cliLine('reports.purge', { signal_quality_retention_days: -1 })).toBe('sterownia reports purge --signal-quality-retention-days=-1');
    expect(cliLine('reports.delete', { path: '-odd' }, { workspace: '/w' })).toBe('sterownia reports delete --workspace /w -- -odd');
  });

  it('adds dry run and workspace at the end', () => {
    expect(cliLine('reports.archive', { format: 'zip', destination: undefined }, { dryRun: true, workspace: '/srv/bot one' }))
      .toBe("sterownia reports archive --format zip --dry-run --workspace '/srv/bot one'");
  });

  it('quotes whatever a shell would take apart', () => {
    expect(quote('plain/path-1.zip')).toBe('plain/path-1.zip');
    expect(quote("it's")).toBe("'it'\\''s'");
    expect(quote('$(rm -rf ~)')).toBe("'$(rm -rf ~)'");
    expect(quote('')).toBe("''");
  });

  it('leaves out fields that the operation does not have', () => {
    expect(cliLine('trash.empty', { id: ['abcdef'], expired_only: false, nonsense: 1 })).toBe('sterownia trash empty --id abcdef');
  });
});
