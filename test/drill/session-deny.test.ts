import { describe, expect, it } from 'vitest';
import { inProcessHandlers } from '../simulation/in-process.ts';
import { writing, writingTemplates } from '../simulation/write-role-policy.ts';
import { broken, resultOf } from './run.ts';

describe('the drill, where sessions are denied by an inline policy', () => {
  it('contains, secures and seals the richest incident, its sibling works on, and every invariant holds', async () => {
    const result = await resultOf({
      config: writing,
      conditions: {
        runtime: { inProcess: inProcessHandlers({ config: writing }) },
        templates: writingTemplates(),
      },
      listCalls: true,
    });
    expect(broken(result)).toEqual([]);
    expect(result.incidents[0]?.status).toBe('sealed');
    expect(JSON.stringify(result.calls)).toContain('PutRolePolicy');
  });

  it('does not take a template for a stack that there is none of', async () => {
    await expect(resultOf({ conditions: { templates: { CordonMembers: {} } } })).rejects.toThrow(
      /templates of CordonMembers, wanted any of .*CordonMemberAccount/,
    );
  });
});
