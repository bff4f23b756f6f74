// An ordinary CDK app: a network, a table, and a service behind a load balancer.
const cdk = require('aws-cdk-lib');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const ec2 = require('aws-cdk-lib/aws-ec2');
const ecs = require('aws-cdk-lib/aws-ecs');
const patterns = require('aws-cdk-lib/aws-ecs-patterns');

const app = new cdk.App();

const network = new cdk.Stack(app, 'Network');
const vpc = new ec2.Vpc(network, 'Vpc', { maxAzs: 2, natGateways: 1 });

const data = new cdk.Stack(app, 'Data');
const table = new dynamodb.Table(data, 'Table', {
  partitionKey: { name: 'itemID', type: dynamodb.AttributeType.STRING },
  removalPolicy: cdk.RemovalPolicy.DESTROY,
});

const web = new cdk.Stack(app, 'Web');
const service = new patterns.ApplicationLoadBalancedFargateService(web, 'Service', {
  vpc,
  minHealthyPercent: 100,
  circuitBreaker: { rollback: true },
  memoryLimitMiB: Number(app.node.tryGetContext('memory') ?? 512),
  taskImageOptions: {
    image: ecs.ContainerImage.fromRegistry('local/showtable'),
    containerPort: 8080,
    environment: { TABLE_NAME: table.tableName, ACCOUNTS: 'someone:a-long-password' },
  },
});
service.targetGroup.configureHealthCheck({ path: '/ping' });
table.grantReadData(service.taskDefinition.taskRole);
