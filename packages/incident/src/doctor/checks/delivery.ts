import type { CordonConfig } from '../../config.ts';
import type { DoctorFacts } from '../facts.ts';
import { check, counted, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';

const forwarderLines = ({ forwarders }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  forwarders.flatMap(({ region, reading }) => {
    const place = { region, accounts: [config.accounts.security] };
    return lines({ id: 'forwarder', ...place }, reading, (rules) => [
      rules.some(Boolean)
        ? check('forwarder', place).ok('findings are sent to the home Region')
        : check('forwarder', place).error({
            says:
              rules.length === 0
                ? 'no rule sends findings to the home Region: nothing is contained here'
                : 'the rule that sends findings to the home Region is disabled: nothing is contained here',
            whatToDo:
              rules.length === 0
                ? 'deploy CordonSecurityRegion in this Region (docs/deployment.md, Deploy)'
                : 'ask CloudTrail who disabled it; then aws events enable-rule --name NAME',
          }),
    ]);
  });

const queueLines = ({ queues }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  queues.flatMap(({ account, region, name, reading }) => {
    const place = { region, accounts: [config.accounts[account]] };
    return lines({ id: 'dead-letters', ...place }, reading, (waiting) => {
      if (waiting === 0) return [check('dead-letters', place).ok(`${name} is empty`)];
      const trouble =
        waiting === undefined
          ? { says: `there is no queue ${name}`, whatToDo: `deploy the ${account} account again` }
          : {
              says: `${counted(waiting, 'message')} in ${name} could not be worked on`,
              whatToDo: 'read them with their reasons, mend the cause and send them again (docs/runbooks)',
            };
      return [check('dead-letters', place).error(trouble)];
    });
  });

/** The way of findings to intake, and what fell out of it. */
export const deliveryLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] => [
  ...forwarderLines(facts, config),
  ...queueLines(facts, config),
];
