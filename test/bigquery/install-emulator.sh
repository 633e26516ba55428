#!/bin/sh
# Builds goccy/bigquery-emulator into the cache in which the tests look for it. Needs Go; takes some minutes.
set -eu
version=v0.8.1
cache="${HOME}/.cache/cascade"
if [ -x "${cache}/bigquery-emulator" ]; then exit 0; fi
build=$(mktemp -d)
trap 'rm -rf "${build}"' EXIT
cd "${build}"
go mod init cascade-emulator
go mod edit -require "github.com/goccy/bigquery-emulator@${version}"
go mod download "github.com/goccy/bigquery-emulator@${version}"
mkdir -p "${cache}"
CGO_ENABLED=0 go build -mod=mod -o "${cache}/bigquery-emulator" github.com/goccy/bigquery-emulator/cmd/bigquery-emulator
