import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '@cordon/local-aws';
import { authorize } from '@cordon/iam';
import { openCaseWorld } from './ask-cases.ts';
import { CASES } from './cases/index.ts';
import { answerOf, requestOf } from './power-case.ts';
import { labelsByName, productPolicies } from './universe.ts';

let organization: Organization;
let labelOf: (policyName: string) => string;

beforeAll(async () => {
  organization = await openCaseWorld();
  labelOf = labelsByName(productPolicies([organization.world]));
});
afterAll(() => organization.close());

describe.each(Object.entries(CASES))('power of %s', (_area, cases) => {
  it.each(cases)('$name', (one) => {
    const request = requestOf(organization, one);
    const decision = authorize(request);
    const { answer } = one;
    const wanted =
      typeof answer === 'object' && 'deniedBy' in answer ? { deniedBy: answer.deniedBy.toSorted() } : answer;
    // What was asked stands beside the answer, so that a failure names action, resource and layer.
    const asked = { action: one.action, on: request.resource, layer: decision.layer, why: decision.why };
    expect({ ...asked, answer: answerOf(decision, labelOf) }).toEqual({ ...asked, answer: wanted });
  });

  it('names each case once', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});
