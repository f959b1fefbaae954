#pragma once

#import <CoreFoundation/CoreFoundation.h>
#import <dispatch/dispatch.h>
#import <objc/NSObject.h>

#import <Foundation/NSCollections.h>
#import <Foundation/NSFiles.h>
#import <Foundation/NSFormatters.h>
#import <Foundation/NSNotifications.h>
#import <Foundation/NSString.h>
