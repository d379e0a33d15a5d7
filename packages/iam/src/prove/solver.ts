import { init, killThreads, Z3_error_code, Z3_lbool } from 'z3-solver';
import type { Z3_context, Z3_solver } from 'z3-solver';
import { ProofError } from './claim.ts';

/** A model: the text or truth value of each constant that matters to it. */
export type Model = ReadonlyMap<string, string | boolean>;

/** What the solver makes of a script. */
export type Answer =
  | { readonly status: 'unsatisfiable' }
  | { readonly status: 'satisfiable'; readonly model: Model }
  | { readonly status: 'unknown'; readonly why: string };

/** Z3, one script at a time. */
export interface Solver {
  /** Checks a script of declarations and assertions. Throws ProofError when Z3 refuses it. */
  readonly check: (script: string, timeoutMs: number) => Promise<Answer>;
  /** Ends Z3's threads, which would keep the process alive. */
  readonly close: () => Promise<void>;
}

type Z3 = Awaited<ReturnType<typeof init>>['Z3'];

/** Loads Z3 (WebAssembly, about a fifth of a second and 180 MB). */
export async function openSolver(): Promise<Solver> {
  const { em, Z3 } = await init();
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  let last: Promise<unknown> = Promise.resolve();
  return {
    // Z3 runs one check at a time and refuses another meanwhile.
    check: (script, timeoutMs) => {
      const answer = last.then(() => checkScript({ Z3, context }, script, timeoutMs));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: async () => {
      await last;
      Z3.del_context(context);
      await killThreads(em);
    },
  };
}

/** With a solver of its own, so that no answer depends on what was asked before. */
async function checkScript(
  { Z3, context }: Omit<Handle, 'solver'>,
  script: string,
  timeoutMs: number,
): Promise<Answer> {
  const solver = Z3.mk_simple_solver(context);
  Z3.solver_inc_ref(context, solver);
  try {
    limitTime({ Z3, context, solver }, timeoutMs);
    // Not eval_smtlib2_string: its thread reads the script from memory that its caller has given back already.
    Z3.solver_from_string(context, solver, script);
    const error = Z3.get_error_code(context);
    if (error !== Z3_error_code.Z3_OK) {
      throw new ProofError(`z3 refused the encoding: ${Z3.get_error_msg(context, error)}`);
    }
    switch (await Z3.solver_check(context, solver)) {
      case Z3_lbool.Z3_L_FALSE:
        return { status: 'unsatisfiable' };
      case Z3_lbool.Z3_L_TRUE: {
        const model = Z3.model_to_string(context, Z3.solver_get_model(context, solver));
        return { status: 'satisfiable', model: readModel(model) };
      }
      case Z3_lbool.Z3_L_UNDEF: {
        const reason = Z3.solver_get_reason_unknown(context, solver);
        return { status: 'unknown', why: `z3 found no answer within ${timeoutMs} ms: ${reason}` };
      }
    }
  } finally {
    Z3.solver_dec_ref(context, solver);
  }
}

interface Handle {
  readonly Z3: Z3;
  readonly context: Z3_context;
  readonly solver: Z3_solver;
}

function limitTime({ Z3, context, solver }: Handle, timeoutMs: number): void {
  const parameters = Z3.mk_params(context);
  Z3.params_inc_ref(context, parameters);
  Z3.params_set_uint(context, parameters, Z3.mk_string_symbol(context, 'timeout'), timeoutMs);
  Z3.solver_set_params(context, solver, parameters);
  Z3.params_dec_ref(context, parameters);
}

const VALUE = /^(\w+) -> (true|false|"(?:[^"]|"")*")$/gm;

/** Reads lines of `name -> "text"` and `name -> true`. */
function readModel(text: string): Model {
  return new Map(
    [...text.matchAll(VALUE)].map(([, name = '', value = '']) => [
      name,
      value.startsWith('"') ? readText(value) : value === 'true',
    ]),
  );
}

function readText(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll('""', '"')
    .replaceAll(/\\u\{([0-9a-f]+)\}/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
