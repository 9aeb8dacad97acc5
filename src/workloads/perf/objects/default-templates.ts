/** The node and the pod that scheduler_perf makes where no template is given (makeBaseNode, makeBasePod). */

export const defaultNodeTemplate = `apiVersion: v1
kind: Node
metadata:
  generateName: node-
status:
  capacity:
    pods: "110"
    cpu: "4"
    memory: 32Gi
  conditions:
  - type: Ready
    status: "True"
`;

export const defaultPodTemplate = `apiVersion: v1
kind: Pod
metadata:
  generateName: pod-
spec:
  containers:
  - name: pause
    image: registry.k8s.io/pause:3.10
    ports:
    - containerPort: 80
    resources:
      limits:
        cpu: 100m
        memory: 500Mi
      requests:
        cpu: 100m
        memory: 500Mi
`;
