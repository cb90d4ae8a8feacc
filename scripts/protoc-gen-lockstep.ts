#!/usr/bin/env node
// The protoc plugin that writes the status maps; buf and protoc start it by its name.
import { runNodeJs } from "@bufbuild/protoplugin";
import { statusMaps } from "../sync/status-maps.js";

runNodeJs(statusMaps);
