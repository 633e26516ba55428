# Identities with which GitHub workflows of one repository reach BigQuery, without a key. See ../../docs/bigquery.md.

terraform {
  required_version = ">= 1.6"
  required_providers {
    google = { source = "hashicorp/google", version = "~> 6.0" }
  }
}

variable "project" {
  description = "Project of the datasets, in which jobs run and are billed"
  type        = string
}

variable "location" {
  description = "Location of the datasets"
  type        = string
}

variable "repository_id" {
  description = "Numeric id of the repository: a name can be given to another one"
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.repository_id))
    error_message = "Give the number that api.github.com/repos/<owner>/<name> shows as id."
  }
}

variable "ref" {
  description = "The only ref whose workflows get an identity"
  type        = string
  default     = "refs/heads/main"
}

variable "workflows" {
  description = "Files of the workflows that get an identity, as they are called in .github/workflows"
  type        = set(string)
  default     = ["backfill-nba-cascade-bigquery.yml"]
}

variable "sources" {
  description = "Datasets of the runbook's sources, which no workflow writes"
  type        = set(string)
  default     = ["nba_raw"]
}

variable "datasets" {
  description = "Datasets of the runbook's processors; made by cascade init"
  type        = set(string)
  default     = ["nba_analytics", "nba_precompute", "nba_predictions"]
}

variable "ledger" {
  description = "Dataset of the runbook's ledger"
  type        = string
  default     = "nba_processing"
}

provider "google" {
  project = var.project
}

# What signing in without a key and jobs of BigQuery call.
resource "google_project_service" "needed" {
  for_each = toset([
    "bigquery.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "sts.googleapis.com",
  ])
  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "cascade-github"
  depends_on                = [google_project_service.needed]
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_mapping = {
    # At most 127 bytes; GitHub's own subject holds names of any length, of branches and environments.
    "google.subject"     = "assertion.repository_id + ':' + assertion.run_id + ':' + assertion.run_attempt"
    "attribute.workflow" = "assertion.workflow_ref.extract('/.github/workflows/{file}@')"
  }
  attribute_condition = "assertion.repository_id == '${var.repository_id}' && assertion.ref == '${var.ref}'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account" "reader" {
  account_id   = "cascade-reader"
  display_name = "Cascade: plan, gates and reports"
  depends_on   = [google_project_service.needed]
}

resource "google_service_account" "writer" {
  account_id   = "cascade-writer"
  display_name = "Cascade: cells"
  depends_on   = [google_project_service.needed]
}

resource "google_service_account_iam_member" "reader" {
  for_each           = var.workflows
  service_account_id = google_service_account.reader.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/attribute.workflow/${each.value}"
}

resource "google_service_account_iam_member" "writer" {
  for_each           = var.workflows
  service_account_id = google_service_account.writer.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/attribute.workflow/${each.value}"
}

resource "google_project_iam_member" "jobs" {
  for_each = {
    reader = google_service_account.reader.email
    writer = google_service_account.writer.email
  }
  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = "serviceAccount:${each.value}"
}

resource "google_bigquery_dataset_iam_member" "reader" {
  for_each   = setunion(var.sources, var.datasets)
  dataset_id = each.value
  role       = "roles/bigquery.dataViewer"
  member     = "serviceAccount:${google_service_account.reader.email}"
}

# A plan, a gate's verdict and the end of a run are ledger rows.
resource "google_bigquery_dataset_iam_member" "ledger" {
  dataset_id = var.ledger
  role       = "roles/bigquery.dataEditor"
  member     = "serviceAccount:${google_service_account.reader.email}"
}

resource "google_bigquery_dataset_iam_member" "sources" {
  for_each   = var.sources
  dataset_id = each.value
  role       = "roles/bigquery.dataViewer"
  member     = "serviceAccount:${google_service_account.writer.email}"
}

resource "google_bigquery_dataset_iam_member" "writer" {
  for_each   = setunion(var.datasets, [var.ledger])
  dataset_id = each.value
  role       = "roles/bigquery.dataEditor"
  member     = "serviceAccount:${google_service_account.writer.email}"
}

output "provider" {
  value = google_iam_workload_identity_pool_provider.github.name
}

output "reader" {
  value = google_service_account.reader.email
}

output "writer" {
  value = google_service_account.writer.email
}

output "warehouse" {
  value = "bigquery:${var.project}/${var.location}"
}
