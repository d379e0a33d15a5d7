// The rollout at the size of a large organization, timed: `pnpm rollout`, or with another number of accounts behind it.
import { playRollout } from './play-rollout.ts';
import { REGIONS } from './rollout-stage.ts';

const members = Number(process.argv[2] ?? '2000');
const began = performance.now();
const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
print(`${members} accounts in ${REGIONS.length} Regions`);
const facts = await playRollout({ members, later: 10 }, (what) => {
  const { user, system } = process.cpuUsage();
  print(
    `${what}: ${((performance.now() - began) / 1000).toFixed(1)} s, of which the processor ${((user + system) / 1e6).toFixed(1)} s`,
  );
});
const { rolledOut, added, drifted, broken, healed } = facts;
print(
  `${rolledOut.instances} instances, ${rolledOut.behind} behind; ${added.withRoles} later accounts reached`,
);
print(
  `${drifted.length} drifted, ${broken.length} behind while broken; ${healed.behind + healed.drifted} when healed`,
);
if (rolledOut.behind + added.behind + healed.behind + healed.drifted > 0) process.exitCode = 1;
