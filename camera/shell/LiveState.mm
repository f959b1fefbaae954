#import "shell/LiveState.h"

#import "shell/CameraMessages.h"

@implementation LiveState

- (BOOL)ready {
  return !self.step && !self.problem;
}

- (BOOL)wantsCamera {
  return self.ready && self.visible && self.foreground && !self.tooHot;
}

- (BOOL)live {
  return self.wantsCamera && self.camera == CameraStateRunning;
}

- (BOOL)hasCamera {
  switch (self.camera) {
    case CameraStateDenied:
    case CameraStateRestricted:
    case CameraStateNoCamera:
      return NO;
    case CameraStateStopped:
    case CameraStateRunning:
    case CameraStateInterrupted:
    case CameraStateFailed:
      return YES;
  }
}

- (Message*)message {
  if (self.problem) {
    Message* failed =
        [Message messageWithHeadline:NSLocalizedString(@"The model cannot be used", nil)
                              detail:self.problem];
    failed.copyable = YES;
    return failed;
  }
  NSString* step = self.step;
  if (step) return [Message busyMessage:step];
  if (self.reading) return [Message busyMessage:NSLocalizedString(@"Reading the pictures…", nil)];
  if (self.tooHot) {
    return [Message
        messageWithHeadline:NSLocalizedString(@"The device is too hot", nil)
                     detail:NSLocalizedString(@"The camera goes on when it has cooled down.", nil)];
  }
  return MessageForCamera(self.camera, self.cameraDetail);
}

@end
