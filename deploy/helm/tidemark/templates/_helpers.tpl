{{/* The release's name, within what names may be long once a role is appended. */}}
{{- define "tidemark.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* What selects the pods of a role: (dict "root" $ "role" "query"). */}}
{{- define "tidemark.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "tidemark.labels" -}}
{{ include "tidemark.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "tidemark.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end }}

{{/* The claim with definitions of saved reports, for pods that save or run them: (dict "root" $ "role" "query"). */}}
{{- define "tidemark.definitionsClaim" -}}
{{- if ne .role "ingest" }}{{ .root.Values.reports.existingClaim }}{{ end -}}
{{- end }}

{{/* Where that claim is mounted. */}}
{{- define "tidemark.definitionsFolder" -}}
/var/lib/tidemark/report-definitions
{{- end }}

{{/* Of every container: the restricted Pod Security Standard, and a file system that cannot be written. */}}
{{- define "tidemark.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
