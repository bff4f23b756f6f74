// An app that looks up what exists already, and the kinds of resources that the other app does not have.
const cdk = require('aws-cdk-lib');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const ec2 = require('aws-cdk-lib/aws-ec2');
const elb = require('aws-cdk-lib/aws-elasticloadbalancingv2');
const ecs = require('aws-cdk-lib/aws-ecs');
const patterns = require('aws-cdk-lib/aws-ecs-patterns');
const ssm = require('aws-cdk-lib/aws-ssm');

const app = new cdk.App();
const env = { account: '123456789012', region: 'eu-central-1' };

const stack = new cdk.Stack(app, 'Lookups', { env });
const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { tags: { purpose: 'lookup' } });
const zones = stack.availabilityZones;
const greeting = ssm.StringParameter.valueFromLookup(stack, '/lookup/greeting');
new cdk.CfnOutput(stack, 'Greeting', { value: `${greeting} ${zones.length}` });

const table = new dynamodb.TableV2(stack, 'Table', {
  partitionKey: { name: 'itemID', type: dynamodb.AttributeType.STRING },
  globalSecondaryIndexes: [{
    indexName: 'kinds',
    partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
  }],
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  removalPolicy: cdk.RemovalPolicy.DESTROY,
});

const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, enableFargateCapacityProviders: true });
const service = new patterns.ApplicationMultipleTargetGroupsFargateService(stack, 'Service', {
  cluster,
  assignPublicIp: true,
  memoryLimitMiB: 512,
  minHealthyPercent: 100,
  taskImageOptions: {
    image: ecs.ContainerImage.fromRegistry('local/showtable'),
    containerPorts: [8080],
    environment: { TABLE_NAME: table.tableName, ACCOUNTS: 'someone:a-long-password' },
  },
  loadBalancers: [{
    name: 'Balancer',
    publicLoadBalancer: true,
    listeners: [{ name: 'Web' }, { name: 'Second', port: 8081, protocol: elb.ApplicationProtocol.HTTP }],
  }],
  targetGroups: [
    { containerPort: 8080, listener: 'Web' },
    { containerPort: 8080, listener: 'Second' },
  ],
});
for (const group of service.targetGroups) group.configureHealthCheck({ path: '/ping' });
table.grantReadData(service.taskDefinition.taskRole);
