{{/*
The pod of a role: (dict "root" $ "role" "query" "roles" "query" "values" .Values.query "waits" true).
`waits`: a process that only reads learns of tables when it starts, so it must not start before ingest has made them.
*/}}
{{- define "tidemark.pod" -}}
metadata:
  labels:
    {{- include "tidemark.labels" (dict "root" .root "role" .role) | nindent 4 }}
    {{- with .values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    # A changed configuration starts new pods.
    checksum/config: {{ include (print .root.Template.BasePath "/configmap.yaml") .root | sha256sum }}
    {{- with .values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  serviceAccountName: {{ include "tidemark.fullname" .root }}-{{ .role }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  # Everything taken in is committed at the end.
  terminationGracePeriodSeconds: 60
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile: {type: RuntimeDefault}
  {{- with .values.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- if eq .role "query" }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{ include "tidemark.selector" (dict "root" .root "role" .role) | nindent 10 }}
  {{- end }}
  initContainers:
    {{- if .waits }}
    - name: tables
      image: {{ include "tidemark.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      # Fails, and is tried again, while a table is missing.
      args:
        - sql
        - select 1 from session_events, invoice_events, usage_events, dead_letters limit 0
        - --dir
        - $(TIDEMARK_LAKE__URL)
      {{- include "tidemark.environment" . | nindent 6 }}
      resources: {{ toYaml .values.resources | nindent 8 }}
      securityContext: {{ include "tidemark.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - {name: spill, mountPath: /tmp}
    {{- end }}
    {{- include "tidemark.fronts" .root | nindent 4 }}
  containers:
    - name: tidemark
      image: {{ include "tidemark.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [run, --roles, {{ .roles | quote }}, --log-json]
      {{- include "tidemark.environment" . | nindent 6 }}
      resources: {{ toYaml .values.resources | nindent 8 }}
      securityContext: {{ include "tidemark.containerSecurity" .root | nindent 8 }}
      # Asked through the HTTP front, which lets these two pages through without a password.
      startupProbe:
        httpGet: {path: /healthz, port: 8081}
        periodSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /healthz, port: 8081}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: 8081}
        periodSeconds: 5
        timeoutSeconds: 5
      lifecycle:
        # Clients are sent elsewhere before the doors close.
        preStop: {exec: {command: [sleep, "5"]}}
      volumeMounts:
        - {name: config, mountPath: /etc/tidemark, readOnly: true}
        - {name: spill, mountPath: /tmp}
        {{- if include "tidemark.definitionsClaim" . }}
        - {name: report-definitions, mountPath: {{ include "tidemark.definitionsFolder" . }}}
        {{- end }}
        {{- with .root.Values.extraVolumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
  volumes:
    - name: config
      configMap: {name: {{ include "tidemark.fullname" .root }}}
    - name: servers
      emptyDir: {}
    - name: scratch
      emptyDir: {sizeLimit: 256Mi}
    - name: spill
      # Queries that outgrow their memory write here, 20 GiB at most.
      emptyDir: {sizeLimit: {{ .values.spillGib }}Gi}
    - name: tls
      secret: {secretName: {{ .root.Values.front.tlsSecret }}, defaultMode: 0440}
    - name: auth
      secret: {secretName: {{ .root.Values.front.authSecret }}, defaultMode: 0440}
    {{- with include "tidemark.definitionsClaim" . }}
    - name: report-definitions
      persistentVolumeClaim: {claimName: {{ . }}}
    {{- end }}
    {{- with .root.Values.extraVolumes }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end }}

{{/* Environment of a container that runs Tidemark. */}}
{{- define "tidemark.environment" -}}
env:
  - name: TIDEMARK_LAKE__URL
    value: {{ .root.Values.lake.url | quote }}
  {{- range $name, $value := .root.Values.lake.options }}
  - name: {{ upper $name }}
    value: {{ $value | quote }}
  {{- end }}
  - name: TIDEMARK_QUERY__MEMORY_MIB
    value: {{ .values.queryMemoryMib | quote }}
  - name: TIDEMARK_QUERY__KEPT_MIB
    value: {{ .values.keptMib | quote }}
  {{- if include "tidemark.definitionsClaim" . }}
  # Here rather than in the file, which may have a section [reports] of its own.
  - name: TIDEMARK_REPORTS__DEFINITIONS
    value: {{ include "tidemark.definitionsFolder" . }}
  {{- end }}
  {{- with .values.env }}{{ toYaml . | nindent 2 }}{{ end }}
{{- with .root.Values.envSecrets }}
envFrom:
  {{- range . }}
  - secretRef: {name: {{ . }}}
  {{- end }}
{{- end }}
{{- end }}
