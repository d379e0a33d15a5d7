import { isDeepStrictEqual } from 'node:util';
import { authorize } from '@cordon/iam';
import { openWorld } from '@cordon/drill';
import type { Organization } from '@cordon/local-aws';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';
import { addCast } from './cast.ts';
import { CASES } from './cases/index.ts';
import type { Asked } from './evidence.ts';
import { answerOf, requestOf, type PowerCase } from './power-case.ts';

/** A case and what was answered. */
export interface CaseResult {
  /** File of the case. */
  readonly area: string;
  readonly one: PowerCase;
  readonly got: PowerCase['answer'];
  readonly right: boolean;
  readonly asked: Asked;
}

/** The deployed product, before anything has happened in it, and everybody whom the cases speak of. */
export const openCaseWorld = async (): Promise<Organization> => {
  const { organization } = await openWorld({
    config,
    scenario: 'richest',
    seed: 'policies',
    conditions: { runtime: { inProcess: inProcessHandlers() } },
  });
  addCast(organization);
  return organization;
};

/** Asks every case. */
export const askCases = (
  organization: Organization,
  labelOf: (policyName: string) => string,
): readonly CaseResult[] =>
  Object.entries(CASES).flatMap(([area, cases]) =>
    cases.map((one): CaseResult => {
      const request = requestOf(organization, one);
      const decision = authorize(request);
      const got = answerOf(decision, labelOf);
      return {
        area,
        one,
        got,
        right: isDeepStrictEqual(got, wanted(one)),
        asked: { from: `${area}: ${one.name}`, request, decision, assumed: false },
      };
    }),
  );

const wanted = ({ answer }: PowerCase): PowerCase['answer'] =>
  typeof answer === 'object' && 'deniedBy' in answer ? { deniedBy: answer.deniedBy.toSorted() } : answer;
