import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { compileStateMachine } from './compile-state-machine.ts';
import { execute } from './execute.ts';
import { CONTEXT, machineOf, VirtualHost } from './virtual-host.fixture.ts';

setFlagsFromString('--expose-gc');
// Its type is known to nobody: the flag makes it.
const collect = runInNewContext('gc') as () => void;

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', TimeoutSeconds: 60, End: true };
const flow = (name: string): object => ({ StartAt: name, States: { [name]: task } });

/** Begins an execution whose tasks are never answered, and forgets it. */
const leave = async (): Promise<WeakRef<VirtualHost>> => {
  const host = new VirtualHost(() => new Promise(() => {}));
  const machine = compileStateMachine(
    machineOf({ P: { Type: 'Parallel', End: true, Branches: [flow('A'), flow('B')] } }),
  );
  execute(machine, { input: {}, host, context: CONTEXT, stop: new AbortController().signal }).catch(() => {});
  await pause(50);
  expect(host.calls).toHaveLength(2);
  return new WeakRef(host);
};

it('an execution that is left in the middle keeps nothing of its host in memory', async () => {
  const host = await leave();
  for (let tries = 0; tries < 20 && host.deref() !== undefined; tries += 1) {
    await pause(5);
    collect();
  }
  expect(host.deref()).toBeUndefined();
});
