import type { DoctorFacts } from '../facts.ts';
import { check, some, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';

/** What the organization's own SCPs and RCPs would deny: one line for each statement and step. */
export const controlPolicyLines = ({ controls }: DoctorFacts): readonly DoctorLine[] =>
  lines({ id: 'control-policies' }, controls, ({ denials, unjudged }) => {
    if (denials.length + unjudged.length === 0)
      return [
        check('control-policies').ok('no policy of the organization would deny a step of the response'),
      ];
    const denied = denials.map(({ kind, node, policy, sid, step, actions, regions }) =>
      check(kind === 'SCP' ? 'control-policy-scp' : 'control-policy-rcp').error({
        says: `${kind} ${policy} at ${node}, ${sid === undefined ? 'of which no statement allows it' : `statement ${sid}`}, would deny ${step}: ${some(actions)} (${regions.join(', ')})`,
        whatToDo: `except our roles in it: "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/cordon/*"}; then see cordon doctor policies --${kind.toLowerCase()} FILE`,
      }),
    );
    const notJudged = unjudged.map(({ policy, because }): DoctorLine => ({
      id: 'control-policies',
      result: 'unknown',
      says: `${policy}: ${because}`,
      whatToDo: 'read it yourself: would it deny a role below role/cordon/ ?',
    }));
    return [...denied, ...notJudged];
  });
