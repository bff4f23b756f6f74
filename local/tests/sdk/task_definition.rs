//! Task definitions of ECS.

use aws_sdk_ecs::types::TaskDefinitionStatus;
use e2e::Account;

const TEMPLATE: &str = "\
Resources:
  Definition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: test
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: '256'
      Memory: '512'
      ContainerDefinitions: [{Name: app, Image: app}]
Outputs: {Arn: {Value: !Ref Definition}}
";

#[tokio::test]
async fn a_deregistered_task_definition_is_described_as_inactive() {
    let account = Account::new().await;
    assert_eq!(
        account.deploy("test", TEMPLATE, &[]).await,
        "CREATE_COMPLETE"
    );
    let arn = account.output("test", "Arn").await;
    let ecs = aws_sdk_ecs::Client::new(&account.config);
    let status = async || {
        let described = ecs.describe_task_definition().task_definition(&arn);
        let described = described.send().await.expect("it is described");
        let definition = described.task_definition.expect("a task definition");
        assert_eq!(definition.container_definitions()[0].name(), Some("app"));
        definition.status.expect("a status")
    };
    assert_eq!(status().await, TaskDefinitionStatus::Active);

    let delete = account.cloudformation.delete_stack().stack_name("test");
    delete.send().await.expect("its deletion begins");
    e2e::until("the stack to be gone", async || {
        account.stack("test").await.is_none().then_some(())
    })
    .await;
    assert_eq!(status().await, TaskDefinitionStatus::Inactive);
    account.local.stop().await;
}
