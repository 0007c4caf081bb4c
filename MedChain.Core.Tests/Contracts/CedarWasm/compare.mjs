// Reads cases from a JSON file and writes what Cedar's own implementation says about each.
// node compare.mjs NODE_MODULES CASES ANSWERS
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const [modules, casesFile, answersFile] = process.argv.slice(2);
const cedar = createRequire(import.meta.url)(`${modules}/@cedar-policy/cedar-wasm/nodejs/cedar_wasm.js`);
const succeeded = answer => answer.type === 'success';

function answer({ policies, schema, entities, requests }) {
  const policySet = typeof policies === 'string' ? { staticPolicies: policies } : policies;
  const result = {
    schema: succeeded(cedar.checkParseSchema(schema)),
    policies: succeeded(cedar.checkParsePolicySet(policySet)),
    entities: false,
    valid: false,
    decisions: [],
  };
  if (!result.schema) return result;
  result.entities = succeeded(cedar.checkParseEntities({ entities, schema }));
  if (!result.policies) return result;
  const validation = cedar.validate({ schema, policies: policySet, validationSettings: { mode: 'strict' } });
  // A scope that nothing satisfies is a warning in new versions; here it is an error.
  result.valid = succeeded(validation) && validation.validationErrors.length === 0
    && !validation.validationWarnings.some(warning => warning.error.message.includes('no applicable'));
  result.validation = JSON.stringify(validation);
  if (!result.entities) return result;
  result.decisions = requests.map(request => {
    const decided = cedar.isAuthorized({ ...request, schema, validateRequest: true, policies: policySet, entities });
    if (!succeeded(decided)) return 'refused';
    const { decision, diagnostics } = decided.response;
    const errors = diagnostics.errors.map(error => error.policyId);
    return `${decision} for [${diagnostics.reason.sort()}] with errors [${errors.sort()}]`;
  });
  return result;
}

const cases = JSON.parse(readFileSync(casesFile, 'utf8'));
writeFileSync(answersFile, JSON.stringify(cases.map(answer)));
