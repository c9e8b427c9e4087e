{{/* The fronts of a pod, before Tidemark and after it: TLS and passwords for its two doors, which are on loopback. */}}
{{- define "tidemark.fronts" -}}
- name: http
  image: {{ .Values.front.http.image }}
  restartPolicy: Always
  command: [nginx, -g, daemon off;]
  ports:
    - {name: https, containerPort: 8443}
    - {name: health, containerPort: 8081}
  resources: {{ toYaml .Values.front.http.resources | nindent 4 }}
  securityContext:
    runAsUser: 101
    {{- include "tidemark.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - {name: config, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf, readOnly: true}
    - {name: servers, mountPath: /etc/tidemark/servers}
    {{- include "tidemark.frontSecrets" . | nindent 4 }}
- name: postgres
  image: {{ .Values.front.postgres.image }}
  restartPolicy: Always
  command: [pgbouncer, /etc/tidemark/pgbouncer.ini]
  ports:
    - {name: postgres, containerPort: 6432}
  resources: {{ toYaml .Values.front.postgres.resources | nindent 4 }}
  securityContext:
    runAsUser: 70
    {{- include "tidemark.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - {name: config, mountPath: /etc/tidemark/pgbouncer.ini, subPath: pgbouncer.ini, readOnly: true}
    {{- include "tidemark.frontSecrets" . | nindent 4 }}
{{- end }}

{{- define "tidemark.frontSecrets" -}}
- {name: tls, mountPath: /etc/tidemark/tls, readOnly: true}
- {name: auth, mountPath: /etc/tidemark/auth, readOnly: true}
- {name: scratch, mountPath: /tmp}
{{- end }}
