import type { DoctorFacts } from '../facts.ts';
import { check, some, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';
import { samePolicy } from '../same-policy.ts';

const AGAIN = 'ask CloudTrail who changed it; then deploy CordonGuardrails again (docs/guardrails.md)';

/** Whether each guardrail is there, as it was deployed, and attached where it should be. */
export const guardrailLines = ({ guardrails }: DoctorFacts): readonly DoctorLine[] =>
  guardrails.flatMap(({ name, wanted, reading }) =>
    lines({ id: 'guardrails' }, reading, (found) => {
      if (found === undefined)
        return [
          check('guardrails').error({
            says: `there is no guardrail ${name}`,
            whatToDo: 'deploy CordonGuardrails (docs/guardrails.md)',
          }),
        ];
      const loose = wanted.targets.filter((target) => !found.targets.includes(target));
      const isSame = samePolicy(found.document, wanted.document);
      if (isSame && loose.length === 0) return [check('guardrails').ok(`${name} is as it was deployed`)];
      return [
        check('guardrails').error({
          says: isSame
            ? `${name} is not attached to ${some(loose)}`
            : `${name} is not the guardrail that this configuration deploys`,
          whatToDo: AGAIN,
        }),
      ];
    }),
  );
