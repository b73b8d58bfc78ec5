/**
 * Is this a record as nearly all are? A test by hand for the sake of a million lines: what passes it also fits the
 * schema of a line, what does not may still fit, and the schema says so or names the fault.
 */
export function isPlainTrial(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { version, key, arm, strategy, dataset, problem, group, tags, difficulty, seed, reference } = given;
  return (
    [key, arm, strategy, dataset, problem, given.rule, given.reason, given.stopped].every(isText) &&
    key !== "" &&
    [version, seed].every(isNumber) &&
    [group, reference, given.failure].every(isTextOrNone) &&
    (tags === undefined || (Array.isArray(tags) && tags.every(isText))) &&
    (difficulty === undefined || isNumber(difficulty)) &&
    isVerdict(given.verdict) &&
    isTextOrNull(given.answer) &&
    isNumberOrNull(given.support) &&
    [given.grader, given.passed].every(isNone) &&
    (given.rounds === undefined || isCount(given.rounds)) &&
    Array.isArray(given.candidates) &&
    given.candidates.every(isPlainCandidate) &&
    Array.isArray(given.picks) &&
    given.picks.every(isPick) &&
    isLedger(given.usage) &&
    isMoment(given.moment)
  );
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (given: unknown): given is Fields =>
  typeof given === "object" && given !== null && !Array.isArray(given);
const isText = (given: unknown): boolean => typeof given === "string";
const isNumber = (given: unknown): boolean => Number.isFinite(given);
const isNone = (given: unknown): boolean => given === undefined;
const isTextOrNone = (given: unknown): boolean => given === undefined || typeof given === "string";
const isTextOrNull = (given: unknown): boolean => given === null || typeof given === "string";
const isNumberOrNull = (given: unknown): boolean => given === null || isNumber(given);
const isAmount = (given: unknown): boolean => isNumber(given) && (given as number) >= 0;
const isCount = (given: unknown): boolean => Number.isSafeInteger(given) && (given as number) >= 0;

function isVerdict(given: unknown): boolean {
  return (
    given === "correct" || given === "incorrect" || given === "unparsed" || given === "undecided" || given === "error"
  );
}

/** Without what only some candidates have: parts of tests, counted steps. */
function isPlainCandidate(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { class: place, undecided, parts, efficiency, stepClass, costRatio, dps, dpsNorm, revision } = given;
  return (
    isTextOrNull(given.answer) &&
    Number.isSafeInteger(place) &&
    (place as number) >= -1 &&
    typeof given.correct === "boolean" &&
    (undecided === undefined || undecided === true) &&
    isNumberOrNull(given.score) &&
    typeof given.complete === "boolean" &&
    isAmount(given.tokens) &&
    isNone(parts) &&
    isNone(efficiency) &&
    isNone(stepClass) &&
    isNone(costRatio) &&
    isNone(dps) &&
    isNone(dpsNorm) &&
    (revision === undefined || isRevision(revision))
  );
}

function isRevision(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { round, of, accepted } = given;
  return (
    isCount(round) && (of === undefined || isCount(of)) && (accepted === undefined || typeof accepted === "boolean")
  );
}

function isPick(given: unknown): boolean {
  if (!Array.isArray(given) || given.length !== 4) return false;
  return isCount(given[0]) && (given[1] === null || isCount(given[1])) && isAmount(given[2]) && isAmount(given[3]);
}

function isUsage(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { calls, promptTokens, cachedPromptTokens, completionTokens, dollars } = given;
  return (
    isAmount(calls) &&
    isAmount(promptTokens) &&
    (cachedPromptTokens === undefined || isAmount(cachedPromptTokens)) &&
    isAmount(completionTokens) &&
    isAmount(dollars)
  );
}

const isLedger = (given: unknown): boolean =>
  isObject(given) &&
  isUsage(given.policy) &&
  isUsage(given.verifier) &&
  isObject(given.sandbox) &&
  isCount(given.sandbox.runs);

function isMoment(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { milliseconds, serviceMs, spent } = given;
  return isAmount(milliseconds) && (serviceMs === undefined || isAmount(serviceMs)) && isLedger(spent);
}
