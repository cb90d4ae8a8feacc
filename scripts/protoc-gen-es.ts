#!/usr/bin/env node
// The protoc plugin that writes the bindings: @bufbuild/protoc-gen-es, bundled so that it starts fast, with
// the changes of bundle/protoplugin.ts so that large files do not take it minutes.
import { protocGenEs } from "@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";
import { runNodeJs } from "@bufbuild/protoplugin";

runNodeJs(protocGenEs);
