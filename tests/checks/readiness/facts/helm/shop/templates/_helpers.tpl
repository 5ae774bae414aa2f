{{/* A comment, and a name. */}}
{{- define "shop.name" -}}
{{- default .Chart.Name (.Values.name | default "") | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "shop.labels" -}}
app: {{ include "shop.name" . }}
version: {{ .Chart.AppVersion | quote }}
chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
{{- define "shop.sum" -}}
{{- $total := 0 -}}
{{- range $i, $n := . -}}
{{- if gt $i 2 }}{{ break }}{{ end -}}
{{- $total = add $total $n -}}
{{- end -}}
{{- $total -}}
{{- end -}}
